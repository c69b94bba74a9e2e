public import Core
public import Workflow

/// What can be asked of an execution. Repeating any of them changes nothing.
public enum ExecutionCommand: Sendable, Hashable {
    /// Begins an execution of `definition` with the raw `input`; `parent` waits for its end.
    case start(
        executionID: String, definition: DefinitionReference, input: JSON, tenant: String, parent: ParentLink? = nil)
    /// An attempt of a task gave `output`; `usage` is what it cost, for the record.
    case taskCompleted(taskID: String, attempt: Int, output: JSON, usage: JSON?)
    /// An attempt of a task failed; the fault's `instance` is replaced by the task's pointer.
    case taskFailed(taskID: String, attempt: Int, fault: Fault, usage: JSON?)
    /// The timer's moment has come.
    case timerFired(timerID: String)
    /// An event that the execution subscribed to, as a CloudEvent in JSON.
    case eventReceived(subscriptionID: String, event: JSON)
    /// Ends the execution and everything it waits for.
    case cancel(reason: String)
    /// Pauses: results of what runs are taken in, nothing new is started.
    case suspend(reason: String)
    /// Ends a pause.
    case resume
    /// Goes over to another version of the definition; `mapping` tells what became of tasks, old pointer to new one.
    case migrate(to: DefinitionReference, mapping: [String: String])
}
