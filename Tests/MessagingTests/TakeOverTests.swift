import Core
import Kafka
import Lifecycle
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Messaging
@testable import Postgres

@Suite("Rows of a process that is gone, and other processes", .timeLimit(.minutes(5)))
struct TakeOverTests {
    /// Leaves a message in the table that a process has not published. (All tests share the locks of one database: each
    /// has a process of its own.)
    private static func leave(_ id: String, of process: Int64, _ scene: Scene) async throws {
        try await scene.pool.withConnection { connection in
            OutboxTable.insert([(5, OutboxRow.bytes([message(id)]))], owner: process, removing: [], on: connection)
        }
    }

    private static func message(_ id: String) -> Outbound {
        Outbound(
            topic: output, key: "k",
            envelope: Envelope(id: id, type: "t", source: "s", time: Instant(microseconds: 0), tenant: "demo"),
            contentType: "text/plain", body: [])
    }

    private static func outbox(_ scene: Scene, _ pool: PostgresPool, _ sink: any MessageSink) -> Outbox {
        Outbox(settings: scene.settings, pool: pool, producer: sink, telemetry: .silent)
    }

    @Test("Who adopts a process's rows is not taken for that process, and one that lives is")
    func adoptersAndOwners() async throws {
        try await withScene { scene in
            try await Self.leave("a", of: 71, scene)
            let outbox = Self.outbox(scene, scene.pool, BrokenSink())
            try await scene.pool.transaction { (connection) async throws in
                #expect(try await OutboxTable.isGone(71, on: connection) == true)
                #expect(try await outbox.sweep() == nil)
            }
            try await scene.pool.transaction { (connection) async throws in
                _ = try await connection.query("SELECT pg_advisory_xact_lock(71)")
                #expect(try await outbox.sweep() == [71])
            }
            #expect(outbox.pending == 0)
            #expect(try await outbox.sweep() == [])
            #expect(outbox.pending == 1)
        }
    }

    @Test("Who takes a partition over waits until another process has published what it adopted, and not for ever")
    func adoptedElsewhere() async throws {
        try await withScene { scene in
            let (sink, shutdown, through) = (HeldSink(), Shutdown(), Shutdown())
            let first = Self.outbox(scene, scene.pool, sink)
            try await withCountedPool(scene.pool.configuration) { pool, trips in
                let second = Self.outbox(scene, pool, BrokenSink())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await first.run(shutdown) }
                    try await eventually("its lock") {
                        try await scene.pool.transaction {
                            try await OutboxTable.isGone(first.owner, on: $0) == false
                        }
                    }
                    try await Self.leave("a", of: 72, scene)
                    await sink.began.wait()
                    try await second.sweepWhole(atMost: .zero)
                    trips.count.store(0, ordering: .relaxed)
                    group.addTask {
                        try await second.sweepWhole(atMost: .seconds(60))
                        through.request()
                    }
                    try await eventually("it looks again and again") {
                        trips.count.load(ordering: .relaxed) > 20 || through.isRequested
                    }
                    #expect(!through.isRequested)
                    sink.release.request()
                    await through.wait()
                    shutdown.request()
                    try await group.waitForAll()
                }
            }
            #expect(try await scene.pool.query("SELECT FROM outbox").isEmpty)
        }
    }
}

/// A broker that takes its time.
private final class HeldSink: MessageSink {
    let (began, release) = (Shutdown(), Shutdown())

    func send(_ messages: [KafkaMessage]) async throws {
        began.request()
        await release.wait()
    }
}
