/// What runs the calls of executions, outside of the engine: real functions, stubs, or both.
public protocol CallPerformer: Sendable {
    /// Runs one attempt. What goes wrong is an answer too. When the task is cancelled the answer is not wanted any
    /// more.
    func perform(_ call: FunctionCall) async -> FunctionAnswer
}
