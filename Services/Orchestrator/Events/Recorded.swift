import Core
import Engine
import Workflow

/// An event in its place in an execution's log, with what its messages need.
struct Recorded: Sendable {
    var event: ExecutionEvent
    var sequence: Int64
    /// The status after it.
    var status: ExecutionStatus
    var definition: DefinitionReference
    var tenant: String
    /// The message or timer that led to it.
    var causationID: String
    var traceparent: String?
    /// The task that waits for the execution's end.
    var parent: ParentLink?
    /// What the execution gave, once it has completed.
    var output: JSON?
    /// The same in the words of the DSL.
    var lifecycle: [LifecycleEvent] = []
    /// Why the execution will go on; told with the last event of a transaction only.
    var causes: [JSON]?
    /// Set for what is said again though nothing has happened: what its messages' ids begin with.
    var repetition: String?

    /// `<execution id>/<sequence>`
    var id: String { repetition ?? "\(event.executionID)/\(sequence)" }
}
