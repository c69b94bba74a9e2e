/// What is done for each consumed event, one after the other.
public struct EventIteration: Sendable {
    /// The variable that is the event.
    public let item: String
    /// The variable that is its number, from 0.
    public let index: String
    /// The tasks, if any.
    public let body: TaskList?
    /// What becomes of the last task's output.
    public let output: DataStage
    /// What becomes the context.
    public let export: DataStage
}
