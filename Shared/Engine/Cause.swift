/// One of the reasons why an open execution will go on.
public enum Cause: Sendable, Hashable {
    /// A result of this attempt is awaited.
    case task(id: String, attempt: Int, function: String)
    /// A timer is set.
    case timer(ExecutionTimer)
    /// A `listen` awaits an event.
    case event(subscriptionID: String, task: String)
    /// A `resume` is awaited.
    case suspension(reason: String)
}
