/// A task in one execution: which run, of which task, below which run.
public struct TaskRun: Sendable, Hashable {
    /// The run's number in the execution; 0 is the execution itself. Its id is `<execution id>:<number>`.
    public var number: Int
    /// The number of the run that holds it.
    public var parent: Int
    /// JSON pointer of the task in the definition, such as `/do/0/extract`.
    public var task: String

    /// Run `number` of `task` below run `parent`.
    public init(number: Int, parent: Int, task: String) {
        (self.number, self.parent, self.task) = (number, parent, task)
    }
}
