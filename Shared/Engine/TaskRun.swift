/// A task in one execution: which run, of which task, below which run.
public struct TaskRun: Sendable, Hashable {
    /// The run's number in the execution; 0 is the execution itself. Its id is `<execution id>:<number>`.
    public var number: Int
    /// The number of the run that holds it.
    public var parent: Int
    /// JSON pointer of the task in the definition, such as `/do/0/extract`.
    public var task: String
    /// In which iteration of the innermost loop around, from 0; nil when there is none.
    public var iteration: Int?

    /// Run `number` of `task` below run `parent`.
    public init(number: Int, parent: Int, task: String, iteration: Int? = nil) {
        (self.number, self.parent, self.task, self.iteration) = (number, parent, task, iteration)
    }
}
