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
            if let last = rows.indices.last {
                let bytes = bytes(message, after: rows[last].messages.last)
                if rows[last].bytes.count + bytes.count <= largest {
                    rows[last].messages.append(message)
                    // Batches one after the other are a batch.
                    rows[last].bytes += bytes
                    continue
                }
            }
            rows.append(([message], bytes(message, after: nil)))
        }
        return rows
    }

    /// What a page of the database has room for, less the row's other parts. More would be cut into pieces of 2 KB, a row
    /// and an entry in an index each.
    static let largest = 8000

    /// What the row holds of `messages`.
    static func bytes(_ messages: [Outbound]) -> [UInt8] {
        var previous: Outbound?
        return messages.flatMap { message in
            defer { previous = message }
            return bytes(message, after: previous)
        }
    }

    private static func bytes(_ message: Outbound, after previous: Outbound?) -> [UInt8] {
        OutboxV1.Batch(messages: [message.stored(after: previous)]).protoBytes()
    }

    /// A row as it was stored.
    init(id: Int64, bytes: [UInt8]) throws(ProtoError) {
        var messages: [Outbound] = []
        for stored in try OutboxV1.Batch(protoBytes: bytes).messages {
            guard let message = Outbound(stored, after: messages.last) else {
                throw ProtoError(.truncated, at: bytes.count)
            }
            messages.append(message)
        }
        self.init(id: id, messages: messages)
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

    /// What is stored of it. Events of one execution share most of what they say of themselves.
    fileprivate func stored(after previous: Outbound?) -> OutboxV1.Message {
        var stored = stored
        guard let previous, topic == previous.topic, key == previous.key, contentType == previous.contentType else {
            return stored
        }
        let shared = body.countShared(with: previous.body)
        (stored.topic, stored.key, stored.contentType, stored.follows) = ("", "", "", true)
        (stored.shared, stored.body) = (Int32(shared), Array(body[shared...]))
        return stored
    }

    private var stored: OutboxV1.Message {
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

    /// Nil when it follows something else than `previous`.
    fileprivate init?(_ stored: OutboxV1.Message, after previous: Outbound?) {
        var stored = stored
        if stored.follows {
            guard let previous, (0...previous.body.count).contains(Int(stored.shared)) else { return nil }
            (stored.topic, stored.key) = (previous.topic.rawValue, previous.key)
            (stored.contentType, stored.body) =
                (previous.contentType, Array(previous.body[..<Int(stored.shared)]) + stored.body)
        }
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

extension [UInt8] {
    /// How many first bytes are the same in `other`.
    fileprivate func countShared(with other: [UInt8]) -> Int {
        withUnsafeBufferPointer { own in
            other.withUnsafeBufferPointer { other in
                let most = Swift.min(own.count, other.count)
                var count = 0
                while count < most, own[count] == other[count] { count += 1 }
                return count
            }
        }
    }
}
