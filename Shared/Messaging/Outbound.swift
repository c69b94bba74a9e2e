import Core
import Kafka
public import ProtoWire

/// A message that is to be published.
public struct Outbound: Sendable, Hashable {
    /// Where to, without the installation's prefix.
    public var topic: Topic
    /// What decides its partition; messages of one key keep their order.
    public var key: String
    /// Its outside.
    public var envelope: Envelope
    /// What `body` is.
    public var contentType: String
    /// Its inside.
    public var body: [UInt8]

    /// A message of bytes.
    public init(topic: Topic, key: String, envelope: Envelope, contentType: String, body: [UInt8]) {
        (self.topic, self.key, self.envelope) = (topic, key, envelope)
        (self.contentType, self.body) = (contentType, body)
    }

    /// A message of a schema; the envelope's type becomes its full name.
    public init<Message: ProtoMessage>(topic: Topic, key: String, envelope: Envelope, message: Message) {
        var envelope = envelope
        envelope.type = Message.protoName
        self.init(
            topic: topic, key: key, envelope: envelope, contentType: Envelope.protobuf, body: message.protoBytes())
    }
}

extension Outbound {
    /// The message without NULs in its key and envelope. A handler may have them from a body; the outbox cannot hold
    /// them, and a commit that fails for ever would stop the service.
    public var storable: Outbound {
        var copy = self
        copy.key = key.withoutNUL
        copy.envelope.id = envelope.id.withoutNUL
        copy.envelope.type = envelope.type.withoutNUL
        copy.envelope.source = envelope.source.withoutNUL
        copy.envelope.subject = envelope.subject?.withoutNUL
        copy.envelope.tenant = envelope.tenant.withoutNUL
        copy.envelope.correlationID = envelope.correlationID?.withoutNUL
        copy.envelope.causationID = envelope.causationID?.withoutNUL
        copy.envelope.traceparent = envelope.traceparent?.withoutNUL
        copy.envelope.extensions = envelope.extensions.mapValues(\.withoutNUL)
        return copy
    }
}
