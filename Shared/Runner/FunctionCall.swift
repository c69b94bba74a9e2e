public import Core
public import Engine

/// One attempt of a task that an execution asks for.
public struct FunctionCall: Sendable, Hashable {
    /// The execution that asks.
    public var executionID: String
    /// The task run's id, the same in every attempt.
    public var taskID: String
    /// JSON pointer of the task in the definition.
    public var task: String
    /// What is to be run.
    public var request: TaskRequest
    /// When it was asked for.
    public var now: Instant

    /// An attempt of `task`, asked for at `now`.
    public init(executionID: String, taskID: String, task: String, request: TaskRequest, now: Instant) {
        (self.executionID, self.taskID, self.task) = (executionID, taskID, task)
        (self.request, self.now) = (request, now)
    }

    /// The last step of the pointer.
    public var name: String { JSONPointer(task)?.tokens.last ?? task }
    /// Unique among all attempts: `<task id>#<attempt>`.
    public var key: String { "\(taskID)#\(request.attempt)" }
}
