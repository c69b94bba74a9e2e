public import Core
public import Expressions

/// An attempt of a task that somebody outside of the engine is to run.
public struct TaskRequest: Sendable, Hashable {
    /// 1 for the first.
    public var attempt: Int
    /// What to run: `http`, or a function of the default catalogue such as `agent:1.0.0`.
    public var function: String
    /// The call's `with`, all expressions evaluated.
    public var arguments: JSON
    /// What whoever runs it evaluates itself, since secrets are there only; nil for nothing.
    public var deferred: DeferredExpressions?
    /// When the result is of no use any more, if ever.
    public var deadline: Instant?

    /// Attempt `attempt` of running `function` with `arguments`.
    public init(
        attempt: Int, function: String, arguments: JSON, deferred: DeferredExpressions? = nil, deadline: Instant? = nil
    ) {
        (self.attempt, self.function, self.arguments) = (attempt, function, arguments)
        (self.deferred, self.deadline) = (deferred, deadline)
    }
}
