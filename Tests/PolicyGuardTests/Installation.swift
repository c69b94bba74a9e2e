import Core
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import ProtoWire
import TestKit

@testable import PolicyGuard

/// The service on real servers, with a clock that stands still until it is told, and another service that asks.
struct Installation: Sendable {
    let bench: ServiceBench
    let clock: ManualClock
    var pool: PostgresPool { bench.pool }
    var objects: any ObjectStore { bench.objects }
    var asker: Peer { bench.peer }

    /// Runs processes of the service beside `body`; see `ServiceBench`.
    func running(_ count: Int = 1, crash: Bool = false, _ body: () async throws -> Void) async throws {
        try await bench.running(count, crash: crash, body)
    }
}

/// Runs `body` with an installation of its own.
func withInstallation(_ body: @Sendable @escaping (Installation) async throws -> Void) async throws {
    let clock = ManualClock(Instant(microseconds: 1_800_000_000_000_000))
    try await withServiceBench(
        "policy", migrations: PolicyMigrations.all, topics: [.policyCommands],
        answers: [.policyEvents, .policies, .deadLetters], clock: clock
    ) { bench, outbox in
        let handler = CommandHandler(cache: PolicyCache(limit: 10), objects: bench.objects)
        return [.init("commands", bench.processor(handler, outbox))]
    } _: {
        try await body(Installation(bench: $0, clock: clock))
    }
}

extension Peer {
    /// Publishes a command.
    func send(_ message: some ProtoMessage, key: String, id: String, tenant: String = "t") async throws {
        try await send(message, to: .policyCommands, key: key, id: id, tenant: tenant)
    }
}
