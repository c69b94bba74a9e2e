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

    /// Fires until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        var (failures, isOneByOne) = (0, false)
        var pass = TimerPass(plan)
        while !shutdown.isRequested {
            var wait = plan.longest
            do {
                alarm.beginLook()
                pass.begin(now: clock.now())
                let look = try await fire(pass, oneByOne: isOneByOne)
                (failures, isOneByOne) = (0, false)
                wait = pass.end(look, now: clock.now())
            } catch let error as CancellationError {
                throw error
            } catch {
                // Anything else but a server that is away is due to one of the timers.
                isOneByOne = !isRetriable(error)
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(level, "timers cannot fire and are tried again", [.error: .string("\(error)")])
            }
            if wait > .zero { await alarm.wait(wait, from: clock.now(), unless: shutdown) }
        }
    }

    /// Fires one batch; when `oneByOne`, those that cannot fire are left out.
    private func fire(_ pass: TimerPass, oneByOne: Bool) async throws -> TimerPass.Look {
        try await outbox.transaction { transaction in
            let store = TimerStore(connection: transaction.connection)
            // The alarm tells of timers that are set meanwhile.
            let (due, next) = try await store.look(at: pass.moment, after: pass.after, limit: plan.batch)
            var look = TimerPass.Look()
            (look.found, look.next) = (due.count, next)
            look.last = due.last.map { TimerPass.Position(due: $0.due, id: $0.id) }
            let tried = due.filter { !pass.leavesOut($0.executionID) }
            look.left = due.count - tried.count
            guard !tried.isEmpty else { return look }
            transaction.willPublish()
            if oneByOne {
                for timer in tried { try await single(timer, &look, transaction) }
            } else {
                try await fire(tried, &look, transaction)
            }
            return look
        }
    }

    private func single(
        _ timer: TimerStore.Row, _ look: inout TimerPass.Look, _ transaction: MessageTransaction
    ) async throws {
        do {
            var attempt = look
            try await transaction.attempt { try await fire([timer], &attempt, transaction) }
            look = attempt
        } catch let error where isRetriable(error) || error is CancellationError {
            throw error
        } catch {
            look.leave(timer.executionID)
            logger.error(
                "a timer cannot fire: what follows it cannot be written",
                [
                    .code: .string(ErrorCode.timerCannotFire.rawValue), .executionID: .string(timer.executionID),
                    .error: .string("\(error)"),
                ])
        }
    }

    private func fire(
        _ due: [TimerStore.Row], _ look: inout TimerPass.Look, _ transaction: MessageTransaction
    ) async throws {
        var batch = ExecutionBatch(now: transaction.now, tellsLifecycle: handler.tellsLifecycle)
        try await batch.loadFree(Set(due.map(\.executionID)), transaction.connection)
        let keys = batch.rows.values.map { row in
            DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition)
        }
        let definitions = try await desk.load(Set(keys), transaction.connection)
        var taken: [TimerStore.Row] = []
        for timer in due {
            guard let row = batch.rows[timer.executionID] else {
                // Another process holds it or has just ended it, unless this version cannot read it.
                if batch.unreadable.contains(timer.executionID) { leave(timer, &look) }
                continue
            }
            let key = DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition)
            guard let definition = definitions[key] else {
                leave(timer, &look)
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
        look.taken += taken.count
        let fired = taken
        transaction.afterCommit { [meters, clock] in
            for timer in fired { meters.fired(lateness: clock.now() - timer.due) }
        }
    }

    private func leave(_ timer: TimerStore.Row, _ look: inout TimerPass.Look) {
        look.leave(timer.executionID)
        logger.error(
            "a timer cannot fire: the state or definition of its execution cannot be read",
            [.code: .string(ErrorCode.unreadableState.rawValue), .executionID: .string(timer.executionID)])
    }
}
