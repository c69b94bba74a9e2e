import Contracts
import Core
import Engine
import ProtoWire

/// All that was published, kept for the oracles.
final class Journal {
    private(set) var publications: [Publication] = []
    /// The events of each execution, by sequence.
    private(set) var events: [String: [Int64: OrchestratorV1.ExecutionEvent]] = [:]
    /// What was wrong at once.
    private(set) var faults: [String] = []

    func fail(_ fault: String) { faults.append(fault) }

    func take(_ publication: Publication) {
        publications.append(publication)
        guard publication.type == OrchestratorV1.ExecutionEvents.protoName else { return }
        guard let message = try? OrchestratorV1.ExecutionEvents(protoBytes: publication.body) else {
            return fail("events cannot be read")
        }
        for event in message.events {
            let known = events[event.executionID]?[event.sequence]
            if let known, known != event { fail("event \(event.executionID)/\(event.sequence) was told in two ways") }
            events[event.executionID, default: [:]][event.sequence] = event
        }
    }

    /// All messages of a schema.
    func all<Message: ProtoMessage>(_ type: Message.Type) -> [Message] {
        publications.filter { $0.type == Message.protoName }.compactMap { try? Message(protoBytes: $0.body) }
    }

    /// The state that follows from the first `count` events; nil when they are not all there.
    func state(of execution: String, upTo count: Int64) throws -> ExecutionState? {
        let known = events[execution] ?? [:]
        var state: ExecutionState?
        for sequence in stride(from: Int64(1), through: count, by: 1) {
            guard let body = try known[sequence]?.body?.json(), let event = ExecutionEvent(json: body) else {
                return nil
            }
            if let objection = state?.objection(to: event) {
                fail("event \(execution)/\(sequence) \(objection)")
                return nil
            }
            if state == nil { state = ExecutionState(event) } else { state!.apply(event) }
        }
        return state
    }
}
