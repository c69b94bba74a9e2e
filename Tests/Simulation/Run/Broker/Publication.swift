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
        func header(_ name: String) -> String {
            record.headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
        }
        topic = String(record.topic.dropFirst(Self.prefix.count))
        key = String(decoding: record.key ?? [], as: UTF8.self)
        (id, type, tenant) = (header("ce_id"), header("ce_type"), header("ce_tenant"))
        body = record.value ?? []
    }

    /// The record of a message.
    static func record(_ message: Outbound) -> KafkaMessage {
        KafkaMessage(
            topic: prefix + message.topic.rawValue, key: Array(message.key.utf8), value: message.body,
            headers: message.envelope.headers(contentType: message.contentType).map { KafkaHeader($0.name, $0.value) })
    }
}
