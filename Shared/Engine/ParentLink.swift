public import Core

/// The task that started an execution and waits for its end.
public struct ParentLink: Sendable, Hashable {
    /// The execution of the task.
    public var executionID: String
    /// The task's run.
    public var taskID: String
    /// Which attempt of it.
    public var attempt: Int

    /// Attempt `attempt` of `taskID` in `executionID`.
    public init(executionID: String, taskID: String, attempt: Int) {
        (self.executionID, self.taskID, self.attempt) = (executionID, taskID, attempt)
    }

    /// The three members.
    public var json: JSON {
        ["execution": .string(executionID), "task": .string(taskID), "attempt": .integer(Int64(attempt))]
    }

    /// Reads the three members; nil when one is missing.
    public init?(json: JSON) {
        guard let executionID = json["execution"]?.string, let taskID = json["task"]?.string,
            let attempt = json["attempt"]?.int
        else { return nil }
        self.init(executionID: executionID, taskID: taskID, attempt: attempt)
    }
}
