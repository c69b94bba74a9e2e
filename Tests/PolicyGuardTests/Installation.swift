import Core
import Glibc
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import ProtoWire
import Synchronization
import Telemetry
import TestKit

@testable import PolicyGuard

/// The service on a real database, with a broker, and an object store on a folder.
struct Installation: Sendable {
    let pool: PostgresPool
    let kafka: KafkaConfiguration
    let prefix: String
    let clock: ManualClock
    let objects: any ObjectStore
    /// Another service: it asks, and reads what is answered.
    let asker: Asker

    /// A process of the service: its own outbox, producer, cache and processor over the shared tables.
    func process() -> ServiceGroup {
        let (producer, outbox) = outbox("policy", pool)
        let handler = CommandHandler(cache: PolicyCache(limit: 10), objects: objects)
        let processor = MessageProcessor(handler: handler, outbox: outbox, kafka: kafka, telemetry: .silent)
        return ServiceGroup(
            [.init("producer", producer), .init("outbox", outbox), .init("commands", processor)], grace: .seconds(5),
            signals: [])
    }

    /// Runs processes of the service beside `body`, and stops them after it: in order, or with `crash` by cancelling
    /// whatever they are about.
    func running(_ count: Int = 1, crash: Bool = false, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let stop = Shutdown()
            for _ in 0..<count {
                let process = process()
                group.addTask { try await process.run(stop) }
            }
            do { try await body() } catch {
                group.cancelAll()
                throw error
            }
            if crash { group.cancelAll() } else { stop.request() }
            while let result = await group.nextResult() { if !crash { try result.get() } }
        }
    }

    fileprivate func outbox(_ service: String, _ pool: PostgresPool) -> (KafkaProducer, Outbox) {
        let producer = KafkaProducer(kafka)
        let settings = MessagingSettings(
            service: service, topicPrefix: prefix, pollWait: .milliseconds(20), sweepInterval: .milliseconds(100))
        return (producer, Outbox(settings: settings, pool: pool, producer: producer, telemetry: .silent, clock: clock))
    }
}

/// Runs `body` with an installation of its own; the asker's processor runs all the while.
func withInstallation(_ body: @Sendable @escaping (Installation) async throws -> Void) async throws {
    let topics: [Topic] = [.policyCommands, .policyEvents, .policies, .deadLetters]
    let broker = try MockKafka(topics.map { "t." + $0.rawValue })
    // The mock lives only as long as somebody refers to it.
    defer { withExtendedLifetime(broker) {} }
    let kafka = KafkaConfiguration(bootstrap: broker.bootstrap)
    let clock = ManualClock(Instant(microseconds: 1_800_000_000_000_000))
    let folder = "/tmp/cadenza-policy-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let objects = try FolderObjectStore(folder: folder)
    try await withPolicyDatabase { own in
        try await withTestDatabase { foreign in
            try await Migrator(
                schema: foreign.configuration.searchPath[0], set: "messaging", migrations: MessagingMigrations.all
            ).run(on: foreign)
            let asker = Asker(clock: clock)
            let installation = Installation(
                pool: own, kafka: kafka, prefix: "t.", clock: clock, objects: objects, asker: asker)
            let (producer, outbox) = installation.outbox("asker", foreign)
            asker.use(outbox)
            let answers = MessageProcessor(handler: asker, outbox: outbox, kafka: kafka, telemetry: .silent)
            let group = ServiceGroup(
                [.init("producer", producer), .init("outbox", outbox), .init("answers", answers)], grace: .seconds(5),
                signals: [])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                let stop = Shutdown()
                tasks.addTask { try await group.run(stop) }
                tasks.addTask {
                    defer { stop.request() }
                    try await body(installation)
                }
                try await tasks.waitForAll()
            }
        }
    }
}
