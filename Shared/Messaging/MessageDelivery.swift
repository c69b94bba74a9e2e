public import Kafka

/// Acknowledgements that are still to come.
public protocol MessageDelivery: Sendable {
    /// Returns when all have come. Throws when one or more may not; all are then sent again.
    func wait() async throws
}

extension KafkaDelivery: MessageDelivery {}
