extension ApprovalsV1.Decision {
    /// `approved` or `rejected`; nil when it is neither.
    public var text: String? {
        switch self {
        case .approved: "approved"
        case .rejected: "rejected"
        case .unspecified, .unrecognized: nil
        }
    }

    /// The decision that is written so; nil when there is none.
    public init?(text: String) {
        switch text {
        case "approved": self = .approved
        case "rejected": self = .rejected
        default: return nil
        }
    }
}
