import Configuration
import Core
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Telemetry
import TestKit

@testable import Orchestrator

/// A database, topics and the rest of the world, for any number of orchestrators.
struct Installation: Sendable {
    let pool: PostgresPool
    let bootstrap: String
    let world: World
    let objects: FolderObjectStore
    let metrics = Metrics()

    /// Runs an orchestrator while `body` does, then stops it gracefully.
    func withOrchestrator(
        sink: (any MessageSink)? = nil, settings environment: [String: String] = [:], beginsWaiting: Bool = true,
        _ body: @Sendable (OrchestratorHandle) async throws -> Void
    ) async throws {
        let kafka = KafkaConfiguration(bootstrap: bootstrap, clientID: "orchestrator")
        let producer = KafkaProducer(kafka)
        let telemetry = Telemetry(logger: .silent, metrics: metrics, tracer: .off)
        let settings = MessagingSettings(
            service: "orchestrator", topicPrefix: world.prefix, pollWait: .milliseconds(20),
            sweepInterval: .milliseconds(200))
        // A pool of its own: what a process holds in the database goes when the process does.
        let own = PostgresPool(pool.configuration)
        let outbox = Outbox(settings: settings, pool: own, producer: sink ?? producer, telemetry: telemetry)
        var reader = ConfigurationReader(environment: environment)
        let parts = OrchestratorParts(
            outbox: outbox, objects: objects, clock: SystemClock(), telemetry: telemetry,
            configuration: OrchestratorConfiguration(&reader))
        let processor = MessageProcessor(
            handler: parts.handler, outbox: outbox, kafka: kafka, telemetry: telemetry)
        let handle = OrchestratorHandle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await producer.run(handle.sending) }
            try await withThrowingTaskGroup(of: Void.self) { inner in
                let services: [any Service] =
                    [
                        outbox, processor, parts.timers, parts.schedules, parts.migrations, parts.auditor,
                    ] + (beginsWaiting ? [parts.starts] : [])
                for service in services {
                    inner.addTask { try await service.run(handle.working) }
                }
                do {
                    try await eventually("joining the group") { processor.isReady }
                    try await body(handle)
                } catch {
                    inner.cancelAll()
                    throw error
                }
                if handle.isKilled { inner.cancelAll() }
                handle.working.request()
                while let result = await inner.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
            handle.sending.request()
        }
        await own.close()
    }
}

/// Stops the parts of an orchestrator: those that make messages before the one that sends them.
final class OrchestratorHandle: Sendable {
    let working = Shutdown()
    let sending = Shutdown()
    private let killed = Shutdown()

    /// Ends it as a crash would: nothing is finished.
    func kill() { killed.request() }

    var isKilled: Bool { killed.isRequested }
}

/// Runs `body` with a fresh database and fresh topics.
func withInstallation(_ body: (Installation) async throws -> Void) async throws {
    try await withTestTopics(Topic.all.map(\.rawValue), partitions: 3) { prefix, kafka in
        try await withMigratedDatabase(OrchestratorMigrations.all) { pool in
            try await withTestObjects { objects in
                let world = World(bootstrap: kafka.bootstrap, prefix: prefix)
                let installation = Installation(
                    pool: pool, bootstrap: kafka.bootstrap, world: world, objects: objects)
                try await watching(world, kafka) { try await body(installation) }
            }
        }
    }
}

private func watching(
    _ world: World, _ kafka: KafkaConfiguration, _ body: () async throws -> Void
) async throws {
    let names = Topic.all.map { world.prefix + $0.rawValue }
    let consumer = KafkaConsumer(kafka, KafkaConsumerConfiguration(group: world.prefix + "watcher", topics: names))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await world.watch(consumer) }
        defer { group.cancelAll() }
        try await body()
    }
    await consumer.close()
    await world.close()
}
