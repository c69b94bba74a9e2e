public import Kafka

/// Where messages go: the producer, or in simulations something that fails on purpose.
public protocol MessageSink: Sendable {
    /// Returns when all are acknowledged. Throws when one or more may not be; all are then sent again.
    func send(_ messages: [KafkaMessage]) async throws
}

extension KafkaProducer: MessageSink {}
