/// The phases of an execution, as the DSL names them.
public enum ExecutionStatus: String, Sendable, Hashable, CaseIterable {
    /// Accepted, nothing has run yet.
    case pending
    /// A task is being worked on.
    case running
    /// Only time, an event or a person can move it on.
    case waiting
    /// Paused by a command; results are taken in, nothing new is started.
    case suspended
    /// Ended by a command.
    case cancelled
    /// Ended by an error that nothing caught.
    case faulted
    /// Ended with an output.
    case completed

    /// Whether nothing can happen to it any more.
    public var isFinal: Bool { self == .cancelled || self == .faulted || self == .completed }
}
