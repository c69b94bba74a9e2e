import Core

/// What runs around and in a task that extensions apply to, in order.
public struct Stages: Sendable, Hashable {
    /// One of them.
    public enum Stage: Sendable, Hashable {
        /// What the extension at this place of `use.extensions` does before the task.
        case before(Int)
        /// The task itself.
        case task
        /// What it does after the task.
        case after(Int)
    }

    /// All of them.
    public var list: [Stage]
    /// The present one.
    var at = 0
    /// What the task gave.
    var result: JSON?
    /// Where the list around goes on.
    var flow: TaskFlow?

    /// These stages.
    public init(_ list: [Stage]) { self.list = list }

    /// The present one; nil once all are through.
    var current: Stage? { list.indices.contains(at) ? list[at] : nil }
}
