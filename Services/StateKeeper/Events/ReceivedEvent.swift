import Contracts
import Core
import Messaging
import ProtoWire
import StateKeeperDomain

/// An execution event as it came in: read, and as the bytes that are stored and hashed.
struct ReceivedEvent: Sendable {
    var key: ExecutionKey
    var message: [UInt8]
    var event: OrchestratorV1.ExecutionEvent

    /// Reads a message. Throws `Poison` when it is no event of an execution.
    init(_ inbound: Inbound) throws {
        event = try inbound.decode(OrchestratorV1.ExecutionEvent.self)
        guard !event.executionID.isEmpty, event.sequence > 0 else {
            throw Poison(inbound, "MS0002", "expected an execution id and a sequence above 0")
        }
        (key, message) = (ExecutionKey(tenant: inbound.envelope.tenant, execution: event.executionID), inbound.body)
    }

    /// Reads a stored message; nil when it is none.
    init?(key: ExecutionKey, message: [UInt8]) {
        guard let event = try? OrchestratorV1.ExecutionEvent(protoBytes: message) else { return nil }
        (self.key, self.message, self.event) = (key, message, event)
    }

    /// When it happened.
    var happenedAt: Instant { Instant(microseconds: event.timeUs) }
}
