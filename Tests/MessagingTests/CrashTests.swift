import Core
import Kafka
import Postgres
import Synchronization
import TestKit
import Testing

@testable import Messaging

/// Where a run is hurt next, from a seed.
final class Malice: Sendable {
    private let random: Mutex<SplitMix64>

    init(seed: UInt64) { random = Mutex(SplitMix64(seed: seed)) }

    func strikes(oneIn odds: Int) -> Bool { random.withLock { Int.random(in: 0..<odds, using: &$0) == 0 } }
    func pick(_ range: ClosedRange<Int>) -> Int { random.withLock { Int.random(in: range, using: &$0) } }
}

/// Sends, or fails before or after having sent: who is told of a failure cannot know which.
struct MaliciousSink: MessageSink {
    struct Struck: Error {}
    let producer: KafkaProducer
    let malice: Malice

    func send(_ messages: [KafkaMessage]) async throws {
        if malice.strikes(oneIn: 6) { throw Struck() }
        // Part of a batch arrives before the failure.
        if malice.strikes(oneIn: 6) {
            try await producer.send(Array(messages.prefix(malice.pick(0...messages.count))))
            throw Struck()
        }
        try await producer.send(messages)
        if malice.strikes(oneIn: 6) { throw Struck() }
    }
}

@Suite("Crashes at random points", .serialized, .timeLimit(.minutes(5)))
struct CrashTests {
    @Test(
        "Every input takes effect once and every output comes out, in the order of its key, whatever dies when",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func anything(seed: UInt64) async throws {
        try await withScene(partitions: 2) { observer in
            // The services under test have connections of their own: only those are broken.
            var victim = observer.pool.configuration
            victim.applicationName = "victim"
            var scene = observer
            scene.pool = PostgresPool(victim)
            let malice = Malice(seed: seed)
            let count = 400
            try await scene.send(0..<count)
            var settings = scene.settings
            settings.batchLimit = 7
            let handler = Recorder { message in
                if malice.strikes(oneIn: 40) { throw Failures.Passing() }
            }
            let deadline = ContinuousClock.now + .seconds(60)
            var lives = 0
            while try await observer.effectCount() < count, ContinuousClock.now < deadline {
                lives += 1
                let service = RunningService(
                    scene, handler: handler, settings: settings,
                    sink: { MaliciousSink(producer: $0, malice: malice) })
                let goal = try await observer.effectCount() + malice.pick(20...120)
                try? await eventually(within: .seconds(10)) {
                    if malice.strikes(oneIn: 4) { try await observer.breakConnections(malice) }
                    return try await observer.effectCount() >= min(goal, count)
                }
                await service.kill()
            }
            let last = RunningService(scene)
            let records = try await scene.read(output) { Set($0.map(\.text.id)).count >= count }
            try await last.stop()
            let effects = try await observer.effects()
            #expect(effects.count == count && Set(effects).count == count, "seed \(seed), \(lives) lives")
            #expect(firstOutputs(records) == expectedOutputs(0..<count), "seed \(seed), \(lives) lives")
            let left = try await observer.pool.query("SELECT id FROM outbox")
            #expect(left.isEmpty)
            await scene.pool.close()
        }
    }
}

extension Scene {
    /// Ends one connection of the services under test in the middle of whatever it does, its commit included.
    func breakConnections(_ malice: Malice) async throws {
        let rows = try await pool.query(
            "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND application_name = 'victim' ORDER BY pid"
        )
        guard !rows.isEmpty else { return }
        let pid = try rows[malice.pick(0...rows.count - 1)].int32("pid")
        _ = try await pool.query("SELECT pg_terminate_backend(\(pid))")
    }
}
