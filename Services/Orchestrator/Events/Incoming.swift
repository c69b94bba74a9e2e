import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain

/// A message that concerns the orchestrator, its bodies fetched and read.
struct Incoming: Sendable {
    enum Content: Sendable {
        case register(CoreV1.DefinitionReference, commandID: String, document: JSON, actor: String)
        case migrate(OrchestratorV1.MigrateExecutions)
        case start(CoreV1.DefinitionReference, input: JSON, parent: ParentLink?)
        case cancel(reason: String)
        case suspend(reason: String)
        case resume
        case deliver(subscriptionID: String, event: JSON)
        /// An answer to the auditor.
        case standing(LivenessV1.TasksStanding)
        /// Somebody asks how executions stand.
        case inquiry(LivenessV1.InquireExecutions)
        /// A person says what becomes of a task that is lost; a nil outcome: nothing yet.
        case decision(AgentsV1.DecideIncident, TaskOutcome?)
        /// Somebody answered for a task; a nil attempt is the outstanding one.
        case answer(taskID: String, attempt: Int?, TaskOutcome, usage: JSON?)
    }

    let envelope: Envelope
    let content: Content
    /// The execution that it is about; empty for definitions.
    let executionID: String
    let message: Inbound
}
