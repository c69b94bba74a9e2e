/// Where a list of tasks goes on after one of them.
public enum TaskFlow: Sendable, Hashable {
    /// With the task at this position; the list's length is its end.
    case next(Int)
    /// Leaves the list.
    case exit
    /// Ends the execution.
    case end
}
