public import Core

/// What is kept of an execution that has ended: enough to know a late or repeated message.
public struct Tombstone: Sendable, Hashable {
    /// How it ended; `rejected` if it never began.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// With an output.
        case completed
        /// By an error.
        case faulted
        /// By a command.
        case cancelled
        /// The start was refused.
        case rejected
    }

    /// The execution's id.
    public var executionID: String
    /// Whose it was.
    public var tenant: String
    /// How it ended.
    public var ending: Ending

    /// What is left of `executionID`.
    public init(executionID: String, tenant: String, ending: Ending) {
        (self.executionID, self.tenant, self.ending) = (executionID, tenant, ending)
    }

    /// The answer to a request to cancel, suspend or resume what has ended; nil when there is nothing to change.
    public func refusal(toCancel: Bool) -> Rejection? {
        if toCancel && ending == .cancelled { return nil }
        return Rejection(.conflict, .executionEnded, "the execution is \(ending.rawValue)")
    }
}
