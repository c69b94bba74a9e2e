import Kafka

/// How many messages a second the broker takes, and how long one takes through it, through the product's own client.
struct BrokerLimits: Sendable {
    let tag: String
    let bootstrap: String

    func measure(_ load: Load) async throws -> (messages: Load.Result, trips: Samples) {
        let configuration = KafkaConfiguration(bootstrap: bootstrap, clientID: "cadenza-bench")
        let (many, one) = ("bench.\(tag).many", "bench.\(tag).one")
        let admin = KafkaAdmin(configuration)
        try await admin.createTopics([TopicSpecification(many), TopicSpecification(one, partitions: 1)])
        let producer = KafkaProducer(configuration)
        let body = [UInt8](repeating: 0x5A, count: Limits.bodyBytes)
        let messages = try await load.run { worker, number in
            let batch = (0..<Limits.batch).map { position in
                KafkaMessage(topic: many, key: Array("\(worker)/\(number)/\(position)".utf8), value: body)
            }
            try await producer.send(batch)
            return batch.count
        }
        let trips = try await roundTrips(producer, on: one, for: load.duration)
        await producer.close()
        try await admin.deleteTopics([many, one])
        return (messages, trips)
    }

    /// One message at a time: handed over, acknowledged, read.
    private func roundTrips(_ producer: KafkaProducer, on topic: String, for duration: Duration) async throws -> Samples
    {
        let reader = TopicReader([topic], group: topic, bootstrap: bootstrap)
        _ = try await reader.join()
        let body = [UInt8](repeating: 0x5A, count: Limits.bodyBytes)
        var samples = Samples()
        // The first few find connections cold and are not counted.
        var cold = 5
        let end = ContinuousClock.now.advanced(by: duration)
        while samples.count == 0 || ContinuousClock.now < end {
            let began = ContinuousClock.now
            let delivery = try await producer.enqueue([KafkaMessage(topic: topic, key: nil, value: body)])
            while try await reader.next(wait: .seconds(1)).isEmpty {
                guard ContinuousClock.now - began < .seconds(30) else {
                    throw BenchError("a message did not come back")
                }
            }
            if cold == 0 { samples.add(ContinuousClock.now - began) } else { cold -= 1 }
            try await delivery.wait()
        }
        await reader.close()
        return samples
    }
}
