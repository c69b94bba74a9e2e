import Core
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Fires the timers that are due: reminds and expires. Any number of processes may run one; each takes rows that
/// no other holds.
struct ApprovalTimers: Service {
    let outbox: Outbox
    let clock: any WallClock
    let logger: Logger
    let fired: Counter
    let batch: Int
    let poll: Duration

    init(outbox: Outbox, clock: any WallClock, telemetry: Telemetry, configuration: ApprovalsConfiguration) {
        (self.outbox, self.clock, logger) = (outbox, clock, telemetry.logger)
        fired = telemetry.metrics.counter(.timersFired, "Timers that were fired.")
        (batch, poll) = (configuration.timerBatch, configuration.timerPoll)
    }

    /// Fires until `shutdown` is requested. A failure of the database is waited out.
    func run(_ shutdown: Shutdown) async throws {
        var failures = 0
        while !shutdown.isRequested {
            var wait = poll
            do {
                let (count, next) = try await fire()
                failures = 0
                if count == batch { continue }
                // What is due but was passed over, another process holds: a short pause, not a busy loop.
                if let next { wait = min(poll, max(.milliseconds(20), next - clock.now())) }
            } catch let error as PostgresError where error.isRetriable {
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(
                    level, "the timers wait for the database",
                    [.error: .string("\(error)"), .count: JSON.integer(Int64(failures))])
            }
            let due = clock.now() + wait
            let clock = clock
            _ = try await shutdown.cancelling { try await clock.sleep(until: due) }
        }
    }

    /// Fires one batch; returns how many approvals it took up and when the next timer is due.
    func fire() async throws -> (count: Int, next: Instant?) {
        let now = clock.now()
        let (count, next) = try await outbox.transaction { transaction in
            let connection = transaction.connection
            let due = try await ApprovalTable.lockDue(at: now, limit: batch, on: connection)
            var work = WorkingSet(due, now: now)
            work.fireAll()
            try await work.save(on: connection)
            for message in work.messages { transaction.publish(message) }
            return (due.count, try await TimerTable.next(on: connection))
        }
        if count > 0 { fired.increment(by: count) }
        return (count, next)
    }
}
