/// What a message says of itself that died in a service and is published once more: it is for that service alone, since
/// all others of the topic have taken it already and pass over it.
public struct Redrive: Sendable, Hashable {
    /// The service in which it died.
    public let service: String
    /// How often it has been redriven, this time included; at least 1.
    public let count: Int

    /// The `count`th time, for `service`.
    public init(service: String, count: Int) { (self.service, self.count) = (service, count) }

    /// The attributes of the envelope that say so; headers `ce_redrives` and `ce_redrivefor`.
    public static let attributes = ["redrives", "redrivefor"]
}

extension Envelope {
    /// Set when the message has been redriven.
    public var redrive: Redrive? {
        get {
            guard let service = extensions["redrivefor"], !service.isEmpty else { return nil }
            return Redrive(service: service, count: max(1, extensions["redrives"].flatMap { Int($0) } ?? 1))
        }
        set {
            extensions["redrivefor"] = newValue?.service
            extensions["redrives"] = newValue.map { String($0.count) }
        }
    }
}

extension Outbound {
    /// `message` once more, on its topic and with its key, as a message `id` that is caused by the former one.
    public init(redriving message: Inbound, id: String, _ redrive: Redrive) {
        var envelope = message.envelope
        (envelope.id, envelope.causationID, envelope.redrive) = (id, message.envelope.id, redrive)
        self.init(
            topic: message.topic, key: message.key, envelope: envelope, contentType: message.contentType,
            body: message.body)
    }
}
