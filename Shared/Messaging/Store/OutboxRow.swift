import Core
import Kafka

/// A row of the table `outbox`.
struct OutboxRow: Sendable, Hashable {
    var id: Int64
    var message: Outbound

    /// The record to produce.
    func record(prefix: String) -> KafkaMessage {
        let headers = message.envelope.headers(contentType: message.contentType)
        return KafkaMessage(
            topic: prefix + message.topic.rawValue, key: Array(message.key.utf8), value: message.body,
            headers: headers.map { KafkaHeader($0.name, $0.value) })
    }
}
