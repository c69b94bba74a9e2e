import Core
import Lifecycle
import Messaging
import Postgres
import ProtoWire
import ServiceKit
import Telemetry
import TestKit

@testable import Approvals

/// The service on real servers, with a clock that stands still until it is told, and another service that asks.
struct Installation: Sendable {
    let bench: ServiceBench
    let clock: ManualClock
    var pool: PostgresPool { bench.pool }
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
        "approvals", migrations: ApprovalsMigrations.all, topics: [.approvalsCommands],
        answers: [.approvalsEvents, .deadLetters], clock: clock
    ) { bench, outbox in
        let timers = ApprovalTimers(
            outbox: outbox, clock: clock, telemetry: .silent,
            configuration: ApprovalsConfiguration(timerBatch: 3, timerPoll: .seconds(1)))
        let plan = AuditPlan(interval: .milliseconds(100), page: 2)
        let auditor = Auditor(
            plan: plan, outbox: outbox, clock: clock, logger: .silent,
            look: TimerAudit(plan: plan, telemetry: .silent).look)
        return [
            .init("commands", bench.processor(CommandHandler(), outbox)), .init("timers", timers),
            .init("auditor", auditor),
        ]
    } _: {
        try await body(Installation(bench: $0, clock: clock))
    }
}

extension Peer {
    /// Publishes a command about an approval.
    func send(_ message: some ProtoMessage, to approval: String, id: String, tenant: String = "t") async throws {
        try await send(message, to: .approvalsCommands, key: approval, id: id, tenant: tenant)
    }
}
