import Core
import Kafka
import Lifecycle
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Messaging
@testable import Postgres

@Suite("What a transaction leaves in the outbox", .timeLimit(.minutes(5)))
struct OutboxTransactionTests {
    private static func message(_ id: String) -> Outbound {
        Outbound(
            topic: output, key: "k",
            envelope: Envelope(id: id, type: "t", source: "s", time: Instant(microseconds: 0), tenant: "demo"),
            contentType: "text/plain", body: [])
    }

    private static func outbox(_ scene: Scene, _ pool: PostgresPool? = nil) -> Outbox {
        Outbox(settings: scene.settings, pool: pool ?? scene.pool, producer: BrokenSink(), telemetry: .silent)
    }

    @Test(
        "Who says early that something will be published commits with what is written last, in one trip",
        arguments: [true, false])
    func trips(isEarly: Bool) async throws {
        try await withScene { scene in
            try await withCountedPool(scene.pool.configuration) { pool, trips in
                for number in 1...2 {
                    trips.count.store(0, ordering: .relaxed)
                    try await Self.outbox(scene, pool).transaction { transaction in
                        if isEarly { transaction.willPublish() }
                        _ = try await transaction.connection.query("SELECT 1")
                        transaction.connection.perform("INSERT INTO effects (id) VALUES (\("\(number)"))")
                        transaction.publish(Self.message("m"))
                    }
                    #expect(trips.count.load(ordering: .relaxed) == (isEarly ? 2 : 3))
                }
            }
            #expect(try await scene.effects() == ["1", "2"])
            #expect(try await scene.pool.query("SELECT FROM outbox").count == 2)
        }
    }

    @Test("What fails in the last trip undoes the transaction, and nothing of it is published")
    func failureAtTheEnd() async throws {
        try await withScene { scene in
            let outbox = Self.outbox(scene)
            await #expect(throws: PostgresError.self) {
                try await outbox.transaction { transaction in
                    transaction.willPublish()
                    try await transaction.connection.execute("INSERT INTO effects (id) VALUES ('a')")
                    transaction.publish(Self.message("m"))
                    transaction.connection.perform("INSERT INTO effects (id) SELECT (1 / length(''))::text")
                }
            }
            #expect(outbox.pending == 0)
            #expect(try await scene.effects().isEmpty)
            #expect(try await scene.pool.query("SELECT FROM outbox").isEmpty)
            try await outbox.transaction { $0.publish(Self.message("n")) }
            #expect(outbox.state.withLock { $0.queue.take(limit: 9) }.flatMap(\.messages).map(\.envelope.id) == ["n"])
        }
    }

    /// Whether `wakeup` has been called, or is while we wait.
    private static func isWoken(_ wakeup: Wakeup, within limit: Duration) async -> Bool {
        let start = ContinuousClock.now
        await wakeup.wait(atMost: limit, unless: Shutdown())
        return ContinuousClock.now - start < limit
    }

    @Test("Who waits for fewer pending messages is woken when many are published, and when they come to nothing")
    func fewerPending() async throws {
        try await withScene { scene in
            let (sink, wakeup, shutdown) = (OpenSink(), Wakeup(), Shutdown())
            let outbox = Outbox(settings: scene.settings, pool: scene.pool, producer: sink, telemetry: .silent)
            outbox.wake(wakeup, below: 3)
            await #expect(throws: PostgresError.self) {
                try await outbox.transaction { transaction in
                    transaction.willPublish()
                    _ = try await transaction.connection.query("SELECT 1")
                    for id in ["a", "b", "c"] { transaction.publish(Self.message(id)) }
                    // It fails in the last trip, when they have their place.
                    transaction.connection.perform("INSERT INTO effects (id) SELECT (1 / length(''))::text")
                }
            }
            #expect(await Self.isWoken(wakeup, within: .seconds(20)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await outbox.run(shutdown) }
                try await outbox.transaction { $0.publish(Self.message("few")) }
                try await eventually { outbox.pending == 0 }
                #expect(!(await Self.isWoken(wakeup, within: .milliseconds(20))))
                try await outbox.transaction { transaction in
                    for id in ["a", "b", "c"] { transaction.publish(Self.message(id)) }
                }
                #expect(await Self.isWoken(wakeup, within: .seconds(20)))
                shutdown.request()
                try await group.waitForAll()
            }
        }
    }

    @Test("Rows that were taken over twice go out in the order of their first owner, and before the second's own")
    func twiceTakenOver() async throws {
        try await withScene { scene in
            let rows: [(id: Int64, name: String)] = [(.max - 1, "a"), (20, "b"), (.max - 2, "c")]
            for (place, row) in rows.enumerated() {
                try await scene.pool.execute(
                    """
                    INSERT INTO outbox (id, owner, place, messages)
                    VALUES (\(row.id), 73, \(Int64(place)), \(OutboxRow.bytes([Self.message(row.name)])))
                    """)
            }
            let second = Self.outbox(scene)
            try await second.sweep()
            try await second.transaction { $0.publish(Self.message("d")) }
            let third = Self.outbox(scene)
            try await third.sweep()
            let taken = third.state.withLock { $0.queue.take(limit: 9) }
            #expect(taken.flatMap(\.messages).map(\.envelope.id) == ["a", "b", "c", "d"])
            #expect(taken.map(\.id).prefix(3) == [.max - 1, 20, .max - 2])
        }
    }
}

/// A broker that takes everything.
private struct OpenSink: MessageSink {
    func send(_ messages: [KafkaMessage]) async throws {}
}
