import Core
import Cron
import Engine
import Lifecycle
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry
import Workflow

/// Starts executions when their schedules are due. Any number of processes may run one: each takes schedules that no
/// other holds, and the start and the schedule's next moment are one transaction.
struct ScheduleClock: Service {
    /// How long delivered events are known again.
    static let rememberedEvents: Duration = .seconds(86_400)
    /// How long events wait for those that they need to start an execution.
    static let rememberedGatherings: Duration = .seconds(7 * 86_400)

    let outbox: Outbox
    let handler: OrchestratorHandler
    let desk: DefinitionDesk
    let plan: TimerPlan
    let clock: any WallClock
    let logger: Logger

    /// Fires until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        var failures = 0
        var cleaned = Instant(microseconds: 0)
        while !shutdown.isRequested {
            var wait = plan.longest
            do {
                if clock.now() - cleaned > .seconds(600) {
                    cleaned = clock.now()
                    try await clean()
                }
                let (fired, next) = try await fire()
                failures = 0
                wait = plan.wait(found: fired, taken: fired, next: next, now: clock.now())
            } catch let error as any RetriableError where error.isRetriable {
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(level, "the schedules wait for what they stand on", [.error: .string("\(error)")])
            }
            if wait > .zero { _ = await shutdown.wait(atMost: wait) }
        }
    }

    /// Fires what is due; how many, and when the next is.
    func fire() async throws -> (fired: Int, next: Instant?) {
        let now = clock.now()
        return try await outbox.transaction { transaction in
            let store = ScheduleStore(connection: transaction.connection)
            let due = try await store.due(at: now, limit: plan.batch)
            if !due.isEmpty { try await start(due, store, transaction) }
            return (due.count, try await store.next())
        }
    }

    private func start(
        _ due: [ScheduleStore.Row], _ store: ScheduleStore, _ transaction: MessageTransaction
    ) async throws {
        let definitions = try await desk.load(Set(due.map(\.key)), transaction.connection)
        var batch = ExecutionBatch(now: transaction.now, tellsLifecycle: handler.tellsLifecycle)
        let ids = due.map { ScheduleDesk.executionID($0.key, "\($0.due.microseconds)") }
        try await batch.load(Set(ids), transaction.connection)
        for (row, id) in zip(due, ids) {
            guard let definition = definitions[row.key] else {
                logger.error(
                    "a schedule cannot fire: its definition cannot be read",
                    [.code: .string(ErrorCode.unreadableState.rawValue), .definition: .string("\(row.key.reference)")])
                try await store.advance(row.key, due: transaction.now + .seconds(60), running: nil)
                continue
            }
            if batch.rows[id] == nil, batch.tombstones[id] == nil {
                let command = ExecutionCommand.start(
                    executionID: id, definition: row.key.reference, input: .null, tenant: row.key.tenant)
                let refusal = batch.decide(
                    command, of: id, definition, causationID: "\(ScheduleDesk.subscription(row.key))/\(row.due)",
                    traceparent: nil)
                precondition(refusal == nil, "a definition is never refused its own start")
            }
            let isOpen = batch.rows[id] != nil
            try await advance(row, id, isOpen: isOpen, definition, store, transaction.now)
        }
        try await handler.finish(batch, transaction)
    }

    private func advance(
        _ row: ScheduleStore.Row, _ id: String, isOpen: Bool, _ definition: CompiledDefinition,
        _ store: ScheduleStore, _ now: Instant
    ) async throws {
        switch definition.schedule {
        case .every(let interval)?:
            let next = ScheduleMoment.next(every: interval, after: row.due, now: now)
            try await store.advance(row.key, due: next, running: nil)
        case .cron(let expression, let zone)?:
            try await store.advance(row.key, due: expression.next(after: now, in: zone), running: nil)
        case .after(let delay)?:
            try await store.advance(row.key, due: isOpen ? nil : now + delay, running: isOpen ? id : nil)
        case .on?, nil: try await store.delete(row.key)
        }
    }

    /// Forgets what is remembered long enough.
    private func clean() async throws {
        let now = clock.now()
        _ = try await outbox.transaction { transaction in
            _ = try await GatheringStore(connection: transaction.connection)
                .forget(before: now - Self.rememberedGatherings, limit: 10_000)
            return try await DeliveredEventStore(connection: transaction.connection)
                .forget(before: now - Self.rememberedEvents, limit: 10_000)
        }
    }
}
