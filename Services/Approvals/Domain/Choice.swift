/// What a person chose.
public enum Choice: String, Sendable, Hashable, CaseIterable {
    /// Yes; counts towards the quorum.
    case approved
    /// No; one is enough to end the approval.
    case rejected
}
