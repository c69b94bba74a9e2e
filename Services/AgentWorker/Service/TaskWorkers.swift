import AgentWorkerDomain
import Core
import Lifecycle
import Messaging
import Postgres
import ServiceKit
import Synchronization
import Telemetry

/// Takes due tasks under leases and runs them, a bounded number at a time.
final class TaskWorkers: Service {
    let board: TaskBoard
    let executor: TaskExecutor
    let ledger: TaskLedger
    let outbox: Outbox
    let pool: PostgresPool
    let claims: ClaimCheck
    let instance: String
    let configuration: AgentWorkerConfiguration
    let telemetry: Telemetry
    let clock: any WallClock
    private let running = Mutex(0)
    private let lastClaim = Mutex(0)

    init(
        board: TaskBoard, executor: TaskExecutor, ledger: TaskLedger, outbox: Outbox, pool: PostgresPool,
        claims: ClaimCheck,
        instance: String, configuration: AgentWorkerConfiguration, telemetry: Telemetry, clock: any WallClock
    ) {
        (self.board, self.executor, self.ledger) = (board, executor, ledger)
        (self.outbox, self.pool) = (outbox, pool)
        (self.claims, self.instance, self.configuration) = (claims, instance, configuration)
        (self.telemetry, self.clock) = (telemetry, clock)
    }

    /// Works until shutdown; then lets running tasks go on for the drain time, and leaves the rest to others.
    func run(_ shutdown: Shutdown) async throws {
        let end = Shutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [ledger] in try await ledger.run(end) }
            await work(until: shutdown)
            end.request()
            try await group.waitForAll()
        }
        try await TaskTable.releaseAll(ofOwnersBeginning: instance + "/", on: pool)
    }

    private func work(until shutdown: Shutdown) async {
        await withDiscardingTaskGroup { group in
            while !shutdown.isRequested, !Task.isCancelled {
                let free = configuration.concurrency - running.withLock { $0 }
                let tasks = free > 0 ? await claim(free) : []
                for task in tasks {
                    setRunning(by: 1)
                    group.addTask {
                        await self.process(task)
                        self.setRunning(by: -1)
                        self.board.work.wake()
                    }
                }
                // A full hand means that there is more.
                if tasks.count < free || free <= 0 {
                    await board.work.wait(atMost: .milliseconds(500), unless: shutdown)
                }
            }
            let end = ContinuousClock.now + configuration.drain
            while running.withLock({ $0 }) > 0, ContinuousClock.now < end, !Task.isCancelled {
                await board.work.wait(atMost: .milliseconds(200), unless: Shutdown())
            }
            group.cancelAll()
        }
    }

    private func setRunning(by change: Int) {
        let count = running.withLock { running in
            running += change
            return running
        }
        telemetry.metrics.gauge(.tasksRunning, "Tasks that run in this process.").set(count)
    }

    private func claim(_ limit: Int) async -> [StoredTask] {
        // A new name for each claim: a stalled run of this very process must not pass for the one that took over.
        let number = lastClaim.withLock { last in
            last += 1
            return last
        }
        do {
            let tasks = try await outbox.transaction { transaction in
                let tasks = try await TaskTable.claim(
                    limit, owner: "\(instance)/\(number)", lease: configuration.lease, on: transaction.connection)
                for task in tasks where task.leases == 1 {
                    Announcement.started(task, worker: instance, in: transaction)
                }
                return tasks
            }
            let taken = tasks.count { $0.leases > 1 }
            if taken > 0 {
                telemetry.metrics.counter(.tasksTakenOver, "Leases beyond the first of an attempt.").increment(
                    by: taken)
            }
            return tasks
        } catch {
            if !(error is CancellationError) {
                telemetry.logger.warning("No tasks can be taken", [.error: .string("\(error)")])
            }
            return []
        }
    }
}
