import Core
import Kafka
import Messaging

/// A message on the broker, as readers see it.
struct Publication {
    static let prefix = "cadenza."

    var topic: String
    var key: String
    var id: String
    var type: String
    var tenant: String
    var body: [UInt8]

    init(_ record: KafkaRecord) {
        topic = String(record.topic.dropFirst(Self.prefix.count))
        key = String(decoding: record.key ?? [], as: UTF8.self)
        body = record.value ?? []
        let event = try? Inbound(
            topic: Topic(topic), partition: record.partition, offset: record.offset, key: record.key ?? [], value: body,
            headers: record.headers.map { ($0.name, $0.value) }, receivedAt: record.timestamp, tenant: "")
        (id, type) = (event?.envelope.id ?? "", event?.envelope.type ?? "")
        tenant = event?.envelope.tenant ?? ""
    }

    /// The record of a message.
    static func record(_ message: Outbound) -> KafkaMessage {
        KafkaMessage(
            topic: prefix + message.topic.rawValue, key: Array(message.key.utf8), value: message.body,
            headers: message.envelope.headers(contentType: message.contentType).map { KafkaHeader($0.name, $0.value) })
    }
}
