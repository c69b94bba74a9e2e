import Kafka

/// Reads whole topics from their first record on, in a group of its own.
struct TopicReader: Sendable {
    private let consumer: KafkaConsumer

    init(_ topics: [String], group: String, bootstrap: String) {
        consumer = KafkaConsumer(
            KafkaConfiguration(bootstrap: bootstrap, clientID: "cadenza-bench"),
            KafkaConsumerConfiguration(group: group, topics: topics))
    }

    /// The records that are there; waits for the first one, at most `wait`.
    func next(wait: Duration) async throws -> [KafkaRecord] {
        let records = try await consumer.poll(max: 1000, wait: wait)
        for event in await consumer.takeEvents() {
            switch event {
            case .assigned(let partitions):
                try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64?.none) }))
            case .revoked(let partitions), .lost(let partitions): try await consumer.release(partitions)
            case .outOfRange(let partition): try await consumer.seek(partition, to: nil)
            }
        }
        return records
    }

    /// Waits until the group has given it partitions. Throws `BenchError` when that takes a minute.
    func join() async throws -> [KafkaRecord] {
        let end = ContinuousClock.now.advanced(by: .seconds(60))
        var early: [KafkaRecord] = []
        while await consumer.assignment.isEmpty {
            guard ContinuousClock.now < end else { throw BenchError("the broker gives no partitions") }
            early += try await next(wait: .milliseconds(200))
        }
        return early
    }

    func close() async { await consumer.close() }
}
