extension PolicyV1.Outcome {
    /// `allow`, `review` or `deny`; nil when it is none of them.
    public var text: String? {
        switch self {
        case .allow: "allow"
        case .review: "review"
        case .deny: "deny"
        case .unspecified, .unrecognized: nil
        }
    }

    /// The outcome that is written so; nil when there is none.
    public init?(text: String) {
        switch text {
        case "allow": self = .allow
        case "review": self = .review
        case "deny": self = .deny
        default: return nil
        }
    }
}
