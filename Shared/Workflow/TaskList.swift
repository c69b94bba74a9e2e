/// Tasks in a sequence.
public struct TaskList: Sendable {
    /// The tasks in order; never empty in a compiled definition.
    public let tasks: [WorkflowTask]

    init(_ tasks: [WorkflowTask]) { self.tasks = tasks }

    /// Where the task `name` stands; nil when the list has none.
    public func position(of name: String) -> Int? { tasks.firstIndex { $0.name == name } }
}
