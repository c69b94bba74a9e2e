import Contracts
import Core
import Kafka
import ProtoWire

/// A row of the table `outbox`: messages that were committed together, in their order.
struct OutboxRow: Sendable, Hashable {
    var id: Int64
    var messages: [Outbound]

    /// Messages as the rows that they make, with the bytes of each: as few as fit on a page each. A message alone may be
    /// larger.
    static func rows(_ messages: [Outbound]) -> [(messages: [Outbound], bytes: [UInt8])] {
        var rows: [(messages: [Outbound], bytes: [UInt8])] = []
        for message in messages {
            let bytes = bytes([message])
            if let last = rows.indices.last, rows[last].bytes.count + bytes.count <= largest {
                rows[last].messages.append(message)
                // Batches one after the other are a batch.
                rows[last].bytes += bytes
            } else {
                rows.append(([message], bytes))
            }
        }
        return rows
    }

    /// What a page of the database has room for, less the row's other parts. More would be cut into pieces of 2 KB, a row
    /// and an entry in an index each.
    static let largest = 8000

    /// What the row holds of `messages`.
    static func bytes(_ messages: [Outbound]) -> [UInt8] {
        OutboxV1.Batch(messages: messages.map(\.stored)).protoBytes()
    }

    /// A row as it was stored.
    init(id: Int64, bytes: [UInt8]) throws(ProtoError) {
        self.init(id: id, messages: try OutboxV1.Batch(protoBytes: bytes).messages.map(Outbound.init))
    }

    /// A row of messages.
    init(id: Int64, messages: [Outbound]) { (self.id, self.messages) = (id, messages) }
}

extension Outbound {
    /// The record to produce.
    func record(prefix: String) -> KafkaMessage {
        KafkaMessage(
            topic: prefix + topic.rawValue, key: Array(key.utf8), value: body,
            headers: envelope.headers(contentType: contentType).map { KafkaHeader($0.name, $0.value) })
    }

    fileprivate var stored: OutboxV1.Message {
        guard !Envelope.isStructured(contentType) else {
            return OutboxV1.Message(
                topic: topic.rawValue, key: key, id: envelope.id, contentType: contentType, body: body)
        }
        return OutboxV1.Message(
            topic: topic.rawValue, key: key, id: envelope.id, type: envelope.type, source: envelope.source,
            timeUs: envelope.time.microseconds, tenant: envelope.tenant, subject: envelope.subject ?? "",
            correlationID: envelope.correlationID ?? "", causationID: envelope.causationID ?? "",
            traceparent: envelope.traceparent ?? "", extensions: envelope.extensions, contentType: contentType,
            body: body)
    }

    fileprivate init(_ stored: OutboxV1.Message) {
        func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
        let envelope = Envelope(
            id: stored.id, type: stored.type, source: stored.source, time: Instant(microseconds: stored.timeUs),
            subject: optional(stored.subject), tenant: stored.tenant, correlationID: optional(stored.correlationID),
            causationID: optional(stored.causationID), traceparent: optional(stored.traceparent),
            extensions: stored.extensions)
        self.init(
            topic: Topic(stored.topic), key: stored.key, envelope: envelope, contentType: stored.contentType,
            body: stored.body)
    }
}
