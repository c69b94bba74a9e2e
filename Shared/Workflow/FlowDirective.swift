/// Where a list goes on after a task.
public enum FlowDirective: Sendable, Hashable {
    /// With the next task.
    case next
    /// Leaves the list.
    case exit
    /// Ends the execution.
    case end
    /// With the task at this position of the same list.
    case task(Int)
}
