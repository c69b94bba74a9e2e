import Contracts
import Messaging

extension Inbound {
    /// The events of an execution that the message tells; nil when it is about something else. Throws `Poison` when the
    /// bytes are none. Orchestrators of before told each event in a message of its own.
    func executionEvents() throws(Poison) -> [OrchestratorV1.ExecutionEvent]? {
        switch envelope.type {
        case OrchestratorV1.ExecutionEvents.protoName: try decode(OrchestratorV1.ExecutionEvents.self).events
        case OrchestratorV1.ExecutionEvent.protoName: [try decode(OrchestratorV1.ExecutionEvent.self)]
        default: nil
        }
    }
}
