import Core
import Kafka
import Postgres
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Messaging

@Suite("The path of a message", .timeLimit(.minutes(5)))
struct MessagePathTests {
    @Test("Every input takes effect once, and its output comes out in the order of its key")
    func path() async throws {
        try await withScene { scene in
            try await scene.send(0..<1000)
            let service = RunningService(scene)
            let records = try await scene.read(output) { $0.count >= 1000 }
            #expect(firstOutputs(records) == expectedOutputs(0..<1000))
            let effects = try await scene.effects()
            #expect(effects.count == 1000 && Set(effects).count == 1000)
            try await service.stop()
            let left = try await scene.pool.query("SELECT id FROM outbox")
            #expect(left.isEmpty)
        }
    }

    @Test("A consumer begins where the inbox stands, not where Kafka's group does")
    func inboxDecides() async throws {
        try await withScene(partitions: 1) { scene in
            try await scene.send(0..<100)
            let topic = scene.prefix + input.rawValue
            try await scene.pool.execute("INSERT INTO inbox VALUES (\(topic), 0, 40)")
            let other = KafkaConsumer(
                scene.kafka, KafkaConsumerConfiguration(group: "\(scene.prefix)scene", topics: [topic]))
            try await eventually {
                _ = try await other.poll(max: 1, wait: .milliseconds(50))
                for case .assigned(let new) in await other.takeEvents() {
                    try await other.assign(Dictionary(uniqueKeysWithValues: new.map { ($0, Int64?.none) }))
                    await other.commit([TopicPartition(topic, 0): 90])
                    return true
                }
                return false
            }
            await other.close()
            let service = RunningService(scene)
            try await eventually { try await scene.effectCount() >= 60 }
            try await service.stop()
            let effects = try await scene.effects()
            #expect(effects == (40..<100).map(String.init))
        }
    }

    @Test("The batch of a process that lost its partition is refused and changes nothing")
    func zombie() async throws {
        try await withScene(partitions: 1) { scene in
            let topic = scene.prefix + input.rawValue
            let partition = TopicPartition(topic, 0)
            let sink = KafkaProducer(scene.kafka)
            let outbox = Outbox(settings: scene.settings, pool: scene.pool, producer: sink, telemetry: .silent)
            _ = try await InboxTable.opened([partition], scene.pool)
            let batches = BatchTransaction(handler: Recorder(), outbox: outbox, telemetry: .silent)
            let records = [Scene.record(topic, offset: 0), Scene.record(topic, offset: 1)]
            var (stale, current) = (Positions(), Positions())
            stale.open(partition, at: 0)
            current.open(partition, at: 0)
            guard case .done = try await batches.run(current.batch([records[0]])) else { throw TestFailure("refused") }
            guard case .notOurs(let lost) = try await batches.run(stale.batch(records)) else {
                throw TestFailure("the stale owner committed")
            }
            #expect(lost == [partition])
            let effects = try await scene.effects()
            #expect(effects == ["0"])
            let rows = try await scene.pool.query("SELECT next_offset FROM inbox")
            #expect(try rows.map { try $0.int("next_offset") } == [1])
            let waiting = try await scene.pool.query("SELECT id FROM outbox")
            #expect(waiting.count == 1)
            await sink.close()
        }
    }

    @Test("Two processes that both believe to own a partition do each message once all the same")
    func twoOwners() async throws {
        try await withScene(partitions: 1) { scene in
            let one = RunningService(scene, group: "\(scene.prefix)one")
            let two = RunningService(scene, group: "\(scene.prefix)two")
            for start in stride(from: 0, to: 500, by: 50) { try await scene.send(start..<start + 50) }
            try await eventually { try await scene.effectCount() >= 500 }
            await one.kill()
            await two.kill()
            let effects = try await scene.effects()
            #expect(effects == (0..<500).map(String.init))
        }
    }

    @Test("What was committed and not published when the process died is published by the next, in order")
    func crashBeforePublish() async throws {
        try await withScene { scene in
            try await scene.send(0..<200)
            let dying = RunningService(scene, sink: { _ in BrokenSink() })
            try await eventually { try await scene.effectCount() == 200 }
            await dying.kill()
            let left = try await scene.pool.query("SELECT id, messages FROM outbox ORDER BY id").flatMap {
                try OutboxRow(id: $0.int64("id"), bytes: $0.bytes("messages")).messages
            }
            #expect(left.count == 200)
            let next = RunningService(scene)
            try await scene.send(200..<300)
            let records = try await scene.read(output) { $0.count >= 300 }
            #expect(firstOutputs(records) == expectedOutputs(0..<300))
            try await next.stop()
            let after = try await scene.pool.query("SELECT id FROM outbox")
            #expect(after.isEmpty)
        }
    }

    @Test("A sweep that comes while another adopts rows ends when they are adopted, not before")
    func sweepDuringAdoption() async throws {
        try await withScene { scene in
            let outbox = Outbox(
                settings: scene.settings, pool: scene.pool, producer: BrokenSink(), telemetry: .silent)
            let message = Outbound(
                topic: output, key: "k",
                envelope: Envelope(id: "a", type: "t", source: "s", time: Instant(microseconds: 0), tenant: "demo"),
                contentType: "text/plain", body: [])
            try await scene.pool.withConnection {
                OutboxTable.insert([(5, OutboxRow.bytes([message]))], owner: 7, removing: [], on: $0)
            }
            let through = Mark()
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await scene.pool.transaction { connection in
                    _ = try await connection.query("SELECT FROM outbox WHERE id = 5 FOR UPDATE")
                    group.addTask { try await outbox.sweep() }
                    try await eventually("one adopts") { try await scene.waitsForLock() }
                    group.addTask {
                        try await outbox.sweep()
                        through.isMade.store(true, ordering: .releasing)
                        #expect(outbox.pending == 1)
                    }
                    try await eventually("the other waits") {
                        outbox.sweeps.waiting == 1 || through.isMade.load(ordering: .acquiring)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("The rows of others are found without reading one's own")
    func othersRows() async throws {
        try await withScene { scene in
            try await scene.pool.execute(
                """
                INSERT INTO outbox (owner, messages)
                SELECT CASE n WHEN 1 THEN -1 WHEN 2 THEN 0 WHEN 3 THEN 3 WHEN 20000 THEN 9 ELSE 7 END, ''
                FROM generate_series(1, 20000) AS n
                """)
            try await scene.pool.execute("ANALYZE outbox")
            let read = try await scene.pool.rowsRead(of: "outbox") { pool in
                let others = try await pool.withConnection { try await OutboxTable.otherOwners(than: 7, on: $0) }
                #expect(others == [0, 3, 9])
            }
            #expect(read < 20)
        }
    }

    @Test("Two sweeps at once resolve a lost commit once, and one that comes meanwhile stays in doubt")
    func sweepsAtOnce() async throws {
        try await withScene { scene in
            let outbox = Outbox(
                settings: scene.settings, pool: scene.pool, producer: BrokenSink(), telemetry: .silent)
            let number = try await scene.pool.query("SELECT pg_current_xact_id()::text AS n")[0].string("n")
            for _ in 0..<20 {
                outbox.state.withLock { $0.doubts = [number] }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 { group.addTask { try await outbox.sweep() } }
                    try await group.waitForAll()
                }
                #expect(outbox.state.withLock { $0.doubts.isEmpty })
            }
        }
    }

    @Test("What is published leaves the table soon, also when nothing comes after it")
    func idleRemoval() async throws {
        try await withScene { scene in
            let service = RunningService(scene)
            try await scene.send(0..<3)
            _ = try await scene.read(output) { $0.count >= 3 }
            try await eventually { try await scene.pool.query("SELECT id FROM outbox").isEmpty }
            try await service.stop()
        }
    }

    @Test("A service that is asked to stop publishes what it has committed")
    func shutdownDrains() async throws {
        try await withScene { scene in
            let service = RunningService(scene)
            try await scene.send(0..<300)
            try await eventually { try await scene.effectCount() >= 1 }
            try await service.stop()
            let count = try await scene.effectCount()
            let records = try await scene.read(output) { $0.count >= count }
            #expect(records.count == count)
            let left = try await scene.pool.query("SELECT id FROM outbox")
            #expect(left.isEmpty)
        }
    }

    @Test("When nothing can be published, reading stops; when it can, everything comes")
    func backPressure() async throws {
        try await withScene { scene in
            var settings = scene.settings
            (settings.outboxLimit, settings.batchLimit) = (50, 20)
            let gate = GatedSink()
            let service = RunningService(
                scene, settings: settings,
                sink: { producer in
                    gate.producer.withLock { $0 = producer }
                    return gate
                })
            try await scene.send(0..<1000)
            try await eventually { service.outbox.isCongested }
            // Several polls go by; the effects must stand still near the limit.
            try await eventually {
                let before = try await scene.effectCount()
                try await Task.sleep(for: .milliseconds(500))
                return try await scene.effectCount() == before
            }
            let count = try await scene.effectCount()
            #expect(count < 200)
            gate.isOpen.store(true, ordering: .releasing)
            let records = try await scene.read(output) { $0.count >= 1000 }
            #expect(firstOutputs(records) == expectedOutputs(0..<1000))
            try await service.stop()
        }
    }
}

extension InboxTable {
    static func opened(_ partitions: [TopicPartition], _ pool: PostgresPool) async throws -> [TopicPartition: Int64] {
        try await pool.withConnection { try await InboxTable.open(partitions, on: $0) }
    }
}

extension Scene {
    /// Whether a statement of this scene waits for a lock.
    func waitsForLock() async throws -> Bool {
        try await !pool.query(
            """
            SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND usename = current_user
            """
        ).isEmpty
    }

    /// An input as it would be read; its id is its offset.
    static func record(_ topic: String, offset: Int64, headers extra: [KafkaHeader] = []) -> KafkaRecord {
        let headers = [
            KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", "\(offset)"),
            KafkaHeader("ce_type", "test.input"), KafkaHeader("ce_source", "test"),
            KafkaHeader("content-type", "application/json"),
        ]
        return KafkaRecord(
            topic: topic, partition: 0, offset: offset, key: Array("k".utf8), value: [], headers: headers + extra)
    }
}

/// Says that a task got so far.
private final class Mark: Sendable {
    let isMade = Atomic(false)
}

/// A broker that takes nothing.
struct BrokenSink: MessageSink {
    struct Away: Error {}
    func send(_ messages: [KafkaMessage]) async throws { throw Away() }
}

/// A broker that takes nothing until it is open.
final class GatedSink: MessageSink {
    let isOpen = Atomic(false)
    let producer = Mutex<KafkaProducer?>(nil)

    func send(_ messages: [KafkaMessage]) async throws {
        guard isOpen.load(ordering: .acquiring), let producer = producer.withLock({ $0 }) else {
            throw BrokenSink.Away()
        }
        try await producer.send(messages)
    }
}
