public import Core
public import Kafka
public import Lifecycle
public import Messaging
public import ObjectStore
public import Postgres
import Telemetry

/// A service on a database, a broker and an object store that are real, and a peer that talks to it.
public struct ServiceBench: Sendable {
    /// The service's database, with its tables.
    public let pool: PostgresPool
    /// The broker.
    public let kafka: KafkaConfiguration
    /// What stands before the topics' names.
    public let prefix: String
    /// The object store, on a folder.
    public let objects: any ObjectStore
    /// Who asks and is answered.
    public let peer: Peer
    /// The time that its outboxes and the peer go by.
    public let clock: any WallClock
    fileprivate let service: String
    fileprivate let members: @Sendable (ServiceBench, Outbox) -> [ServiceGroup.Member]

    /// A processor for the service's handler.
    public func processor(_ handler: any BatchHandler, _ outbox: Outbox) -> MessageProcessor {
        MessageProcessor(handler: handler, outbox: outbox, kafka: kafka, telemetry: .silent)
    }

    /// Runs processes of the service beside `body` and stops them after it: in order, or with `crash` by cancelling
    /// whatever they are about.
    public func running(_ count: Int = 1, crash: Bool = false, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let stop = Shutdown()
            for _ in 0..<count {
                let process = self.group(service, pool) { members(self, $0) }
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

    fileprivate func group(
        _ service: String, _ pool: PostgresPool, _ members: (Outbox) -> [ServiceGroup.Member]
    ) -> ServiceGroup {
        let producer = KafkaProducer(kafka)
        let settings = MessagingSettings(
            service: service, topicPrefix: prefix, pollWait: .milliseconds(20), sweepInterval: .milliseconds(100))
        let outbox = Outbox(
            settings: settings, pool: pool, producer: producer, telemetry: .silent, clock: clock)
        return ServiceGroup(
            [.init("producer", producer), .init("outbox", outbox)] + members(outbox), grace: .seconds(60), signals: [])
    }
}

/// Runs `body` with a bench of its own; the peer, which reads `answers`, runs all the while.
public func withServiceBench(
    _ service: String, migrations: [Migration], topics: [Topic], answers: [Topic],
    clock: any WallClock = SystemClock(),
    members: @escaping @Sendable (ServiceBench, Outbox) -> [ServiceGroup.Member],
    _ body: @escaping @Sendable (ServiceBench) async throws -> Void
) async throws {
    let names = Set(topics + answers + [.deadLetters]).map(\.rawValue).sorted()
    try await withTestTopics(names) { prefix, kafka in
        try await withMigratedDatabase(migrations) { own in
            try await withMigratedDatabase([]) { foreign in
                try await withTestObjects { objects in
                    let bench = ServiceBench(
                        pool: own, kafka: kafka, prefix: prefix, objects: objects,
                        peer: Peer(reading: answers, clock: clock), clock: clock, service: service, members: members)
                    try await bench.accompanied(by: foreign, body)
                }
            }
        }
    }
}

extension ServiceBench {
    /// Runs `body` beside the peer, whose tables lie in `pool`.
    fileprivate func accompanied(
        by pool: PostgresPool, _ body: @escaping @Sendable (ServiceBench) async throws -> Void
    ) async throws {
        let peers = group("peer", pool) { outbox in
            peer.use(outbox)
            return [.init("answers", processor(peer, outbox))]
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let stop = Shutdown()
            tasks.addTask { try await peers.run(stop) }
            tasks.addTask {
                defer { stop.request() }
                try await body(self)
            }
            try await tasks.waitForAll()
        }
    }
}

/// Runs `body` with a database that has the tables of messaging and `migrations`.
public func withMigratedDatabase(
    _ migrations: [Migration], _ body: (PostgresPool) async throws -> Void
) async throws {
    try await withTestDatabase { pool in
        let schema = pool.configuration.searchPath[0]
        _ = try await Migrator(schema: schema, set: "messaging", migrations: MessagingMigrations.all).run(on: pool)
        if !migrations.isEmpty { _ = try await Migrator(schema: schema, migrations: migrations).run(on: pool) }
        try await body(pool)
    }
}
