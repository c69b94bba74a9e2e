import Core
import Foundation
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
    try await withTestTopics(topics.map(\.rawValue)) { prefix, kafka in
        try await withPolicyDatabase { own in
            let folder = "/tmp/cadenza-\(prefix)objects"
            defer { _ = try? FileManager.default.removeItem(atPath: folder) }
            let objects = try FolderObjectStore(folder: folder)
            try await withTestDatabase { foreign in
                let schema = foreign.configuration.searchPath[0]
                try await Migrator(schema: schema, set: "messaging", migrations: MessagingMigrations.all).run(
                    on: foreign)
                let clock = ManualClock(Instant(microseconds: 1_800_000_000_000_000))
                let installation = Installation(
                    pool: own, kafka: kafka, prefix: prefix, clock: clock, objects: objects, asker: Asker(clock: clock))
                try await installation.asked(from: foreign, body)
            }
        }
    }
}

extension Installation {
    /// Runs `body` beside the asker, whose tables lie in `pool`.
    fileprivate func asked(
        from pool: PostgresPool, _ body: @Sendable @escaping (Installation) async throws -> Void
    ) async throws {
        let (producer, outbox) = outbox("asker", pool)
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
                try await body(self)
            }
            try await tasks.waitForAll()
        }
    }
}
