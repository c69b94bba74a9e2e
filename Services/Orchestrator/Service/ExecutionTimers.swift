import Core
import Engine
import Lifecycle
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry

/// Fires the timers that are due; a firing is an input like any other. Any number of processes may run one: each takes
/// executions that no other holds.
struct ExecutionTimers: Service {
    let outbox: Outbox
    let handler: OrchestratorHandler
    let desk: DefinitionDesk
    let plan: TimerPlan
    let alarm: TimerAlarm
    let clock: any WallClock
    let logger: Logger
    let meters: OrchestratorMeters

    /// What one look found, what nobody can fire left out.
    struct Look {
        var found = 0
        var taken = 0
        var next: Instant?
    }

    /// Fires until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        var failures = 0
        while !shutdown.isRequested {
            var wait = plan.longest
            do {
                alarm.beginLook()
                let look = try await fire()
                failures = 0
                wait = plan.wait(found: look.found, taken: look.taken, next: look.next, now: clock.now())
            } catch let error as any RetriableError where error.isRetriable {
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(level, "the timers wait for what they stand on", [.error: .string("\(error)")])
            }
            if wait > .zero { await alarm.wait(wait, from: clock.now(), unless: shutdown) }
        }
    }

    /// Fires one batch.
    func fire() async throws -> Look {
        let now = clock.now()
        return try await outbox.transaction { transaction in
            let store = TimerStore(connection: transaction.connection)
            // The alarm tells of timers that are set meanwhile.
            let (due, next) = try await store.look(at: now, limit: plan.batch)
            var look = due.isEmpty ? Look() : try await fire(due, transaction)
            look.next = next
            return look
        }
    }

    private func fire(_ due: [TimerStore.Row], _ transaction: MessageTransaction) async throws -> Look {
        transaction.willPublish()
        var batch = ExecutionBatch(now: transaction.now, tellsLifecycle: handler.tellsLifecycle)
        try await batch.loadFree(Set(due.map(\.executionID)), transaction.connection)
        let keys = batch.rows.values.map { row in
            DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition)
        }
        let definitions = try await desk.load(Set(keys), transaction.connection)
        var taken: [TimerStore.Row] = []
        var unreadable: Set<String> = []
        for timer in due {
            guard let row = batch.rows[timer.executionID] else {
                // Another process holds it or has just ended it, unless this version cannot read it.
                if batch.unreadable.contains(timer.executionID) { unreadable.insert(timer.executionID) }
                continue
            }
            let key = DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition)
            guard let definition = definitions[key] else {
                unreadable.insert(timer.executionID)
                continue
            }
            taken.append(timer)
            batch.dropTimer(timer.id)
            let refusal = batch.decide(
                .timerFired(timerID: timer.id), of: timer.executionID, definition, causationID: timer.id,
                traceparent: nil)
            precondition(refusal == nil, "a timer is never refused")
        }
        try await handler.finish(batch, transaction)
        for id in unreadable.sorted() {
            logger.error(
                "a timer cannot fire: the state or definition of its execution cannot be read",
                [.code: .string(ErrorCode.unreadableState.rawValue), .executionID: .string(id)])
        }
        let fired = taken
        transaction.afterCommit { [meters, clock] in
            for timer in fired { meters.fired(lateness: clock.now() - timer.due) }
        }
        return Look(found: due.count - due.count { unreadable.contains($0.executionID) }, taken: taken.count)
    }
}
