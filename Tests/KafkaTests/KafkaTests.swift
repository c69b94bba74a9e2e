import Core
import Kafka
import TestKit
import Testing

@Suite("Kafka against librdkafka's mock", .timeLimit(.minutes(5)))
struct KafkaTests {
    private func messages(_ count: Int, keys: Int = 7) -> [KafkaMessage] {
        (0..<count).map { number in
            KafkaMessage(
                topic: "t", key: Array("k\(number % keys)".utf8), value: Array("\(number)".utf8),
                headers: [KafkaHeader("n", "\(number)"), KafkaHeader("empty", [])])
        }
    }

    /// Reads until `count` records have come, answering events; new partitions begin at `offsets`.
    private func read(
        _ consumer: KafkaConsumer, _ count: Int, from offsets: [TopicPartition: Int64] = [:]
    ) async throws -> [KafkaRecord] {
        var records: [KafkaRecord] = []
        let deadline = ContinuousClock.now + .seconds(30)
        while records.count < count {
            guard ContinuousClock.now < deadline else { throw TestFailure("\(records.count) of \(count) came") }
            records += try await consumer.poll(max: 100, wait: .milliseconds(100))
            for event in await consumer.takeEvents() {
                switch event {
                case .assigned(let new):
                    try await consumer.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, offsets[$0]) }))
                case .revoked(let gone), .lost(let gone): try await consumer.release(gone)
                case .outOfRange(let partition): try await consumer.seek(partition, to: nil)
                }
            }
        }
        return records
    }

    @Test("What was sent is read, in order per key, with headers", arguments: ["cooperative-sticky", "range"])
    func roundTrip(assignor: String) async throws {
        let mock = try MockKafka(["t"])
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        try await producer.send(messages(500))
        let consumer = KafkaConsumer(
            configuration, KafkaConsumerConfiguration(group: "g", topics: ["t"], assignor: assignor))
        let records = try await read(consumer, 500)
        #expect(records.count == 500)
        for (_, own) in Dictionary(grouping: records, by: \.key) {
            let numbers = own.compactMap { Int(String(decoding: $0.value ?? [], as: UTF8.self)) }
            #expect(numbers == numbers.sorted())
            #expect(Set(own.map(\.partition)).count == 1)
        }
        #expect(records.allSatisfy { $0.headers.first == KafkaHeader("n", $0.value ?? []) && $0.headers.count == 2 })
        await consumer.close()
        await producer.close()
    }

    @Test("Keys go to the partitions that Java clients choose")
    func partitioner() async throws {
        let mock = try MockKafka(["t"], partitions: 12)
        let producer = KafkaProducer(KafkaConfiguration(bootstrap: mock.bootstrap))
        try await producer.send([KafkaMessage(topic: "t", key: Array("kafka".utf8), value: [1])])
        let consumer = KafkaConsumer(
            KafkaConfiguration(bootstrap: mock.bootstrap), KafkaConsumerConfiguration(group: "g", topics: ["t"]))
        // murmur2("kafka") = 0xd067cf64, without its sign bit, modulo 12.
        #expect(try await read(consumer, 1).map(\.partition) == [Int32(0x5067_cf64 % 12)])
        await consumer.close()
        await producer.close()
    }

    @Test("A consumer begins where it is told, whatever the group has committed")
    func seeksOnAssignment() async throws {
        let mock = try MockKafka(["t"], partitions: 1)
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        try await producer.send(messages(100, keys: 1))
        let group = KafkaConsumerConfiguration(group: "g", topics: ["t"])
        let first = KafkaConsumer(configuration, group)
        _ = try await read(first, 100)
        await first.commit([TopicPartition("t", 0): 100])
        await first.close()
        let second = KafkaConsumer(configuration, group)
        let records = try await read(second, 60, from: [TopicPartition("t", 0): 40])
        #expect(records.first?.offset == 40)
        #expect(records.count == 60)
        await second.close()
        await producer.close()
    }

    @Test("Two consumers share; when one leaves the other has all; nothing unanswered is delivered")
    func rebalance() async throws {
        let mock = try MockKafka(["t"])
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        let group = KafkaConsumerConfiguration(group: "g", topics: ["t"], sessionTimeout: .seconds(6))
        let (first, second) = (KafkaConsumer(configuration, group), KafkaConsumer(configuration, group))
        try await producer.send(messages(40))
        _ = try await read(first, 40)
        try await eventually {
            _ = try await read(first, 0)
            try await answer(first)
            try await answer(second)
            let (mine, other) = (await first.assignment, await second.assignment)
            return mine.count == 2 && other.count == 2
        }
        #expect(Set(await first.assignment).isDisjoint(with: await second.assignment))
        await second.close()
        try await eventually {
            try await answer(first)
            return await first.assignment.count == 4
        }
        await first.close()
        await producer.close()
    }

    private func answer(_ consumer: KafkaConsumer) async throws {
        _ = try await consumer.poll(max: 1, wait: .milliseconds(50))
        for event in await consumer.takeEvents() {
            switch event {
            case .assigned(let new):
                try await consumer.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, Int64?.none) }))
            case .revoked(let gone), .lost(let gone): try await consumer.release(gone)
            case .outOfRange(let partition): try await consumer.seek(partition, to: nil)
            }
        }
    }

    @Test(
        "Partitions may be given up, taken again and given up once more, all at once",
        arguments: ["cooperative-sticky", "range"])
    func givenUpTwice(assignor: String) async throws {
        let mock = try MockKafka(["t"], partitions: 12)
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        try await producer.send(messages(100))
        let consumer = KafkaConsumer(
            configuration, KafkaConsumerConfiguration(group: "g", topics: ["t"], assignor: assignor))
        _ = try await read(consumer, 100)
        let all = await consumer.assignment
        let start = Dictionary(uniqueKeysWithValues: all.map { ($0, Int64?.some(0)) })
        for _ in 0..<4 {
            for partition in all { try await consumer.seek(partition, to: 0) }
            try await consumer.release(all)
            try await consumer.assign(start)
        }
        #expect(try await read(consumer, 100).count == 100)
        await consumer.close()
        await producer.close()
    }

    @Test("An offset beyond the end is told, not passed over")
    func outOfRange() async throws {
        let mock = try MockKafka(["t"], partitions: 1)
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        try await producer.send(messages(5, keys: 1))
        let consumer = KafkaConsumer(configuration, KafkaConsumerConfiguration(group: "g", topics: ["t"]))
        var told: [KafkaAssignment] = []
        try await eventually {
            _ = try await consumer.poll(max: 1, wait: .milliseconds(50))
            for event in await consumer.takeEvents() {
                if case .assigned(let new) = event {
                    try await consumer.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, 5_000) }))
                } else {
                    told.append(event)
                }
            }
            return !told.isEmpty
        }
        #expect(told.first == .outOfRange(TopicPartition("t", 0)))
        try await consumer.seek(TopicPartition("t", 0), to: nil)
        #expect(try await read(consumer, 5).first?.offset == 0)
        await consumer.close()
        await producer.close()
    }

    @Test("A broker that goes away and comes back costs time only")
    func brokerAway() async throws {
        let mock = try MockKafka(["t"])
        let configuration = KafkaConfiguration(bootstrap: mock.bootstrap)
        let producer = KafkaProducer(configuration)
        try await producer.send(messages(10))
        mock.setReachable(false)
        let delivery = try await producer.enqueue(messages(10))
        let impatient: Task<Void, any Error> = Task { try await delivery.wait() }
        impatient.cancel()
        await #expect(throws: KafkaError.self) { try await impatient.value }
        #expect(producer.outstanding > 0)
        mock.setReachable(true)
        try await delivery.wait()
        let consumer = KafkaConsumer(configuration, KafkaConsumerConfiguration(group: "g", topics: ["t"]))
        #expect(try await read(consumer, 20).count == 20)
        await consumer.close()
        await producer.close()
    }

    @Test("A message that is too large fails alone and is named")
    func tooLarge() async throws {
        let mock = try MockKafka(["t"])
        let producer = KafkaProducer(
            KafkaConfiguration(bootstrap: mock.bootstrap, extra: ["message.max.bytes": "2000"]))
        var batch = messages(3)
        batch[1].value = [UInt8](repeating: 0, count: 5000)
        let error = await #expect(throws: KafkaError.self) { try await producer.send(batch) }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.failed == [1])
        #expect(error?.isRetriable == false)
        await producer.close()
    }

    @Test("After a fatal error the next call has a new client")
    func fatal() async throws {
        let mock = try MockKafka(["t"])
        let producer = KafkaProducer(KafkaConfiguration(bootstrap: mock.bootstrap))
        try await producer.send(messages(1))
        mock.failProduces(1)
        let error = await #expect(throws: KafkaError.self) { try await producer.send(messages(1)) }
        #expect(error?.isRetriable == true)
        try await eventually { (try? await producer.send(messages(1))) != nil }
        await producer.close()
    }

    @Test("A closed producer refuses and fails what was not acknowledged")
    func closed() async throws {
        let mock = try MockKafka(["t"])
        let producer = KafkaProducer(KafkaConfiguration(bootstrap: mock.bootstrap))
        mock.setReachable(false)
        let delivery = try await producer.enqueue(messages(3))
        await producer.close(within: .milliseconds(100))
        let error = await #expect(throws: KafkaError.self) { try await delivery.wait() }
        #expect(error?.failed == [0, 1, 2])
        let refused = await #expect(throws: KafkaError.self) { try await producer.send(messages(1)) }
        #expect(refused?.code == .closed)
    }

    @Test("A wrong setting is named")
    func configuration() async throws {
        let producer = KafkaProducer(KafkaConfiguration(bootstrap: "127.0.0.1:1", extra: ["no.such": "1"]))
        let error = await #expect(throws: KafkaError.self) { try await producer.send(messages(1)) }
        #expect(error?.code == .configuration)
        #expect(error?.reason.contains("no.such") == true)
    }
}
