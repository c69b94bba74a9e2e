/// A `listen` of a definition: what executions subscribe to when they start, so that no event is too early.
public struct ListenSubscription: Sendable, Hashable {
    /// JSON pointer of the task.
    public let task: String
    /// Whether the task runs once at most in an execution, so that events of other keys can never be of use.
    public let isOnce: Bool
}
