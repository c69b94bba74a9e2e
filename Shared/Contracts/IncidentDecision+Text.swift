extension AgentsV1.IncidentDecision {
    /// `retry`, `done`, `fail` or `answered`; nil when it is none of them.
    public var text: String? {
        switch self {
        case .retry: "retry"
        case .done: "done"
        case .fail: "fail"
        case .answered: "answered"
        case .unspecified, .unrecognized: nil
        }
    }

    /// The decision that is written so; nil when there is none.
    public init?(text: String) {
        switch text {
        case "retry": self = .retry
        case "done": self = .done
        case "fail": self = .fail
        case "answered": self = .answered
        default: return nil
        }
    }
}
