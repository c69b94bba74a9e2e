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

    /// The events that a message tells, each with its own bytes, since they are what is hashed; nil when it is about
    /// something else. Throws `Poison` when they are no events of an execution.
    static func all(in inbound: Inbound) throws(Poison) -> [ReceivedEvent]? {
        let single = OrchestratorV1.ExecutionEvent.protoName
        guard [single, OrchestratorV1.ExecutionEvents.protoName].contains(inbound.envelope.type) else { return nil }
        guard inbound.contentType == Envelope.protobuf else {
            throw Poison(inbound, "MS0002", "expected \(Envelope.protobuf), found \(inbound.contentType.prefix(60))")
        }
        do {
            let parts = inbound.envelope.type == single ? [inbound.body] : try Self.parts(of: inbound.body)
            let tenant = inbound.envelope.tenant
            return try parts.map { bytes throws(ProtoError) in try ReceivedEvent(bytes, tenant: tenant) }
        } catch {
            throw Poison(inbound, "MS0002", "expected events with an execution id and a sequence above 0: \(error)")
        }
    }

    private init(_ bytes: [UInt8], tenant: String) throws(ProtoError) {
        event = try OrchestratorV1.ExecutionEvent(protoBytes: bytes)
        guard !event.executionID.isEmpty, event.sequence > 0 else { throw ProtoError(.truncated, at: 0) }
        (key, message) = (ExecutionKey(tenant: tenant, execution: event.executionID), bytes)
    }

    /// The encoded events of an `ExecutionEvents`, as they came.
    private static func parts(of body: [UInt8]) throws(ProtoError) -> [[UInt8]] {
        var reader = try ProtoReader(body)
        var parts: [[UInt8]] = []
        while let tag = try reader.next() {
            if tag.number == 1 { parts.append(try reader.data()) } else { try reader.skip(tag) }
        }
        return parts
    }

    /// Reads a stored message; nil when it is none.
    init?(key: ExecutionKey, message: [UInt8]) {
        guard let event = try? OrchestratorV1.ExecutionEvent(protoBytes: message) else { return nil }
        (self.key, self.message, self.event) = (key, message, event)
    }

    /// When it happened.
    var happenedAt: Instant { Instant(microseconds: event.timeUs) }
}
