public import Core
import Kafka
public import ProtoWire

/// A message that came in.
public struct Inbound: Sendable {
    /// Where it came from, without the installation's prefix.
    public let topic: Topic
    /// Its partition.
    public let partition: Int32
    /// Its place in the partition.
    public let offset: Int64
    /// Its key; empty when it has none.
    public let key: String
    /// Its outside.
    public let envelope: Envelope
    /// What `body` is: `application/protobuf` between services, `application/json` from outside.
    public let contentType: String
    /// Its inside.
    public let body: [UInt8]
    /// When the broker took it.
    public let receivedAt: Instant

    let record: KafkaRecord

    /// Reads a message off the parts of its record as every service does; `tenant` is whose it is when it does not say.
    /// Throws `EnvelopeError`.
    public init(
        topic: Topic, partition: Int32, offset: Int64, key: [UInt8], value: [UInt8],
        headers: [(name: String, value: [UInt8])], receivedAt: Instant, tenant: String
    ) throws(EnvelopeError) {
        let record = KafkaRecord(
            topic: topic.rawValue, partition: partition, offset: offset, key: key, value: value,
            headers: headers.map { KafkaHeader($0.name, $0.value) }, timestamp: receivedAt)
        try self.init(record, topic: topic, tenant: tenant)
    }

    /// Reads a record; `tenant` is whose it is when it does not say. Throws `EnvelopeError`.
    init(_ record: KafkaRecord, topic: Topic, tenant: String = Envelope.defaultTenant) throws(EnvelopeError) {
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(record.headers.count)
        var contentType = "application/octet-stream"
        for header in record.headers {
            guard let value = String(utf8: header.value) else {
                throw EnvelopeError("the header \(header.name.prefix(40)) is not UTF-8")
            }
            let isLowercase = !header.name.utf8.contains { $0 < 97 && $0 > 64 || $0 > 127 }
            let name = isLowercase ? header.name : header.name.lowercased()
            if name == "content-type" { contentType = value } else { headers.append((name, value)) }
        }
        guard let key = String(utf8: record.key ?? []), !key.hasNUL else {
            throw EnvelopeError("the key is not UTF-8, or holds a NUL")
        }
        if contentType.hasPrefix(Envelope.structured) {
            let (envelope, type, data) = try Envelope.structured(
                record.value ?? [], time: record.timestamp, tenant: tenant)
            (self.envelope, self.contentType, body) = (envelope, type, data)
        } else if contentType.hasPrefix(Envelope.structuredProtobuf) {
            let (envelope, type, data) = try Envelope.structured(
                protobuf: record.value ?? [], time: record.timestamp, tenant: tenant)
            (self.envelope, self.contentType, body) = (envelope, type, data)
        } else {
            envelope = try Envelope.binary(headers, time: record.timestamp, tenant: tenant)
            (self.contentType, body) = (contentType, record.value ?? [])
        }
        (self.topic, partition, offset) = (topic, record.partition, record.offset)
        (self.key, receivedAt, self.record) = (key, record.timestamp, record)
    }

    /// The message inside, when it is one of `type`. Throws `Poison` when the bytes are not.
    public func decode<Message: ProtoMessage>(_ type: Message.Type) throws(Poison) -> Message {
        guard contentType == Envelope.protobuf else {
            throw Poison(self, "MS0002", "expected \(Envelope.protobuf), found \(contentType.prefix(60))")
        }
        do { return try Message(protoBytes: body) } catch {
            throw Poison(self, "MS0002", "the body is no \(Message.protoName): \(error)")
        }
    }

    /// Whether the message inside is one of `type`, by its envelope.
    public func isOne<Message: ProtoMessage>(of type: Message.Type) -> Bool { envelope.type == Message.protoName }
}
