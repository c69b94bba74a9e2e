import Core
import Kafka
import Lifecycle
import Postgres
import Synchronization
import Telemetry
import TestKit

@testable import Messaging

let input = Topic("in.v1")
let output = Topic("out.v1")

/// A database with the messaging tables and `effects`, and topics of its own.
struct Scene: Sendable {
    var pool: PostgresPool
    var kafka: KafkaConfiguration
    var prefix: String

    var settings: MessagingSettings {
        MessagingSettings(
            service: "scene", topicPrefix: prefix, pollWait: .milliseconds(50), sweepInterval: .milliseconds(100),
            retry: RetryPolicy(base: .milliseconds(10), cap: .milliseconds(200)))
    }

    /// Makes the tables; `effects` takes duplicates, so that they show.
    func prepare() async throws {
        let schema = pool.configuration.searchPath[0]
        try await Migrator(schema: schema, set: "messaging", migrations: MessagingMigrations.all).run(on: pool)
        try await pool.execute(
            "CREATE TABLE effects (place bigserial, partition integer, record_offset bigint, id text, key text)")
    }

    /// Sends inputs numbered from `first`; number n has key n % keys.
    func send(_ numbers: Range<Int>, keys: Int = 10) async throws {
        let producer = KafkaProducer(kafka)
        let messages = numbers.map { number in
            let envelope = Envelope(
                id: "\(number)", type: "test.input", source: "test", time: Instant(microseconds: 0), tenant: "demo")
            let outbound = Outbound(
                topic: input, key: "k\(number % keys)", envelope: envelope, contentType: "application/json",
                body: Array("\(number)".utf8))
            return outbound.record(prefix: prefix)
        }
        try await producer.send(messages)
        await producer.close()
    }

    func effects() async throws -> [String] {
        try await pool.query("SELECT id FROM effects ORDER BY place").map { try $0.string("id") }
    }

    func effectCount() async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM effects")[0].int("n")
    }

    /// Reads a topic from its beginning until `isEnough`; gives key and id in order within each partition.
    func read(
        _ topic: Topic, until isEnough: ([KafkaRecord]) -> Bool
    ) async throws -> [KafkaRecord] {
        let consumer = KafkaConsumer(
            kafka, KafkaConsumerConfiguration(group: "\(prefix)reader", topics: [prefix + topic.rawValue]))
        var records: [KafkaRecord] = []
        let deadline = ContinuousClock.now + .seconds(30)
        while !isEnough(records), ContinuousClock.now < deadline {
            records += try await consumer.poll(max: 1000, wait: .milliseconds(50))
            for event in await consumer.takeEvents() {
                if case .assigned(let new) = event {
                    try await consumer.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, Int64?.none) }))
                }
            }
        }
        await consumer.close()
        guard isEnough(records) else { throw TestFailure("\(records.count) records of \(topic) are not enough") }
        return records
    }
}

extension KafkaRecord {
    var text: (key: String, id: String) {
        let id = headers.first { $0.name == "ce_id" }?.value ?? []
        return (String(decoding: key ?? [], as: UTF8.self), String(decoding: id, as: UTF8.self))
    }
}

/// Runs `body` in a scene on the shared servers.
func withScene(partitions: Int = 4, _ body: (Scene) async throws -> Void) async throws {
    try await withTestDatabase { pool in
        try await withTestTopics([input.rawValue, output.rawValue, Topic.deadLetters.rawValue], partitions: partitions)
        {
            prefix, kafka in
            let scene = Scene(pool: pool, kafka: kafka, prefix: prefix)
            try await scene.prepare()
            try await body(scene)
        }
    }
}

/// Notes each input in `effects` and publishes an output for it. Fails as it is told.
struct Recorder: BatchHandler {
    var topics: [Topic] { [input] }
    /// Called for each message before it takes effect.
    var check: @Sendable (Inbound) async throws -> Void = { _ in }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        for message in batch { try await check(message) }
        try await transaction.connection.execute(
            """
            INSERT INTO effects (partition, record_offset, id, key)
            SELECT partition, record_offset, id, key FROM unnest(
                \(batch.map(\.partition)), \(batch.map(\.offset)), \(batch.map(\.envelope.id)), \(batch.map(\.key))
            ) WITH ORDINALITY AS b(partition, record_offset, id, key, place) ORDER BY place
            """)
        for message in batch {
            var envelope = message.envelope
            envelope.id = "out/\(message.envelope.id)"
            transaction.publish(
                Outbound(
                    topic: output, key: message.key, envelope: envelope, contentType: "application/json",
                    body: message.body))
        }
    }
}

/// A processor and its outbox, as a process would run them.
final class RunningService: Sendable {
    let outbox: Outbox
    let processor: MessageProcessor
    private let producer: KafkaProducer
    private let shutdown = Shutdown()
    private let task: Task<Void, any Error>

    init(
        _ scene: Scene, handler: any BatchHandler = Recorder(), settings: MessagingSettings? = nil,
        group: String? = nil, telemetry: Telemetry = .silent, sink: ((KafkaProducer) -> any MessageSink)? = nil
    ) {
        let producer = KafkaProducer(scene.kafka)
        let outbox = Outbox(
            settings: settings ?? scene.settings, pool: scene.pool, producer: sink?(producer) ?? producer,
            telemetry: telemetry)
        let consumer = KafkaConsumerConfiguration(
            group: group ?? "\(scene.prefix)scene", topics: [scene.prefix + input.rawValue], sessionTimeout: .seconds(6)
        )
        let processor = MessageProcessor(
            handler: handler, outbox: outbox, kafka: scene.kafka, consumer: consumer, telemetry: telemetry)
        (self.producer, self.outbox, self.processor) = (producer, outbox, processor)
        let shutdown = shutdown
        task = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // As a process would: the outbox outlives the processor.
                let publishing = Shutdown()
                group.addTask { try await outbox.run(publishing) }
                group.addTask {
                    do { try await processor.run(shutdown) } catch {
                        publishing.request()
                        throw error
                    }
                    publishing.request()
                }
                try await group.waitForAll()
            }
        }
    }

    /// Ends it in order, and tells what it ended with.
    func stop() async throws {
        shutdown.request()
        try await task.value
        await producer.close()
    }

    /// Ends it in the middle of whatever it does.
    func kill() async {
        task.cancel()
        _ = await task.result
        await producer.close(within: .zero)
    }
}

/// Outputs by key, each id at its first appearance.
func firstOutputs(_ records: [KafkaRecord]) -> [String: [String]] {
    var seen: Set<String> = []
    var out: [String: [String]] = [:]
    for record in records {
        let (key, id) = record.text
        if seen.insert(id).inserted { out[key, default: []].append(id) }
    }
    return out
}

/// What `firstOutputs` should give for these inputs.
func expectedOutputs(_ numbers: Range<Int>, keys: Int = 10) -> [String: [String]] {
    Dictionary(grouping: numbers, by: { "k\($0 % keys)" }).mapValues { $0.map { "out/\($0)" } }
}
