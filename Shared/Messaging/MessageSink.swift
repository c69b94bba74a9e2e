public import Kafka

/// Where messages go: the producer, or in simulations something that fails on purpose.
public protocol MessageSink: Sendable {
    /// Returns when all are acknowledged. Throws when one or more may not be; all are then sent again.
    func send(_ messages: [KafkaMessage]) async throws

    /// Hands messages over without waiting for the acknowledgements: what it gives waits, and throws, as `send` does.
    func handOver(_ messages: [KafkaMessage]) async throws -> any MessageDelivery
}

extension MessageSink {
    /// Sends when the acknowledgements are waited for.
    public func handOver(_ messages: [KafkaMessage]) async throws -> any MessageDelivery {
        LateSend(sink: self, messages: messages)
    }
}

private struct LateSend: MessageDelivery {
    let sink: any MessageSink
    let messages: [KafkaMessage]

    func wait() async throws { try await sink.send(messages) }
}

extension KafkaProducer: MessageSink {
    /// Gives them to the client, which sends them at once.
    public func handOver(_ messages: [KafkaMessage]) async throws -> any MessageDelivery {
        try await enqueue(messages)
    }
}
