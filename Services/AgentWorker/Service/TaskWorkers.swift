import AgentWorkerDomain
import Core
import Lifecycle
import Postgres
import ServiceKit
import Synchronization
import Telemetry

/// Takes due tasks under leases and runs them, a bounded number at a time.
final class TaskWorkers: Service {
    let board: TaskBoard
    let executor: TaskExecutor
    let ledger: TaskLedger
    let pool: PostgresPool
    let claims: ClaimCheck
    let instance: String
    /// What the names of processes begin with in whose place this one runs.
    let predecessors: String?
    let configuration: AgentWorkerConfiguration
    let telemetry: Telemetry
    let clock: any WallClock
    /// How often the table is looked at for tasks that nobody was told of: retries, and leases that ran out.
    private static let glance: Duration = .milliseconds(500)

    init(
        board: TaskBoard, executor: TaskExecutor, ledger: TaskLedger, pool: PostgresPool, claims: ClaimCheck,
        instance: String, predecessors: String? = nil, configuration: AgentWorkerConfiguration,
        telemetry: Telemetry, clock: any WallClock
    ) {
        (self.board, self.executor, self.ledger) = (board, executor, ledger)
        (self.pool, self.claims) = (pool, claims)
        (self.instance, self.predecessors, self.configuration) = (instance, predecessors, configuration)
        (self.telemetry, self.clock) = (telemetry, clock)
    }

    /// Works until shutdown; then lets running tasks go on for the drain time, and leaves the rest to others.
    func run(_ shutdown: Shutdown) async throws {
        // They died, or another process could not run under their name; this one has no lease yet.
        if let predecessors { try await TaskTable.releaseAll(ofOwnersBeginning: predecessors, on: pool) }
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
        board.capacity = configuration.concurrency
        await withDiscardingTaskGroup { group in
            var lastClaim = ContinuousClock.now - Self.glance
            while !shutdown.isRequested, !Task.isCancelled {
                for handed in board.takeHanded() { start(handed, in: &group) }
                let isTime = board.takeAsked() || ContinuousClock.now - lastClaim >= Self.glance
                if isTime || board.isWorthALook {
                    lastClaim = .now
                    await claim(lookingAround: isTime)
                } else {
                    await board.work.wait(atMost: Self.glance, unless: shutdown)
                }
            }
            board.capacity = 0
            // What was not begun goes back with the leases.
            for handed in board.takeHanded() { board.finish(handed) }
            let end = ContinuousClock.now + configuration.drain
            while board.taken > 0, ContinuousClock.now < end, !Task.isCancelled {
                await board.work.wait(atMost: .milliseconds(200), unless: Shutdown())
            }
            group.cancelAll()
        }
    }

    private func start(_ handed: TaskBoard.Handed, in group: inout DiscardingTaskGroup) {
        let running = telemetry.metrics.gauge(.tasksRunning, "Tasks that run in this process.")
        running.set(board.taken)
        group.addTask {
            await self.process(handed)
            handed.early?.abandon(handed.task)
            self.board.finish(handed)
            running.set(self.board.taken)
        }
    }

    /// Leases due tasks of the table: those that came while all were busy and, when `lookingAround`, those that
    /// nobody told of.
    private func claim(lookingAround: Bool) async {
        guard board.room > 0 else { return }
        let owner = "\(instance)/\(board.nextLease())"
        do {
            if lookingAround { board.note(waiting: try await TaskTable.tenants(on: pool)) }
            // Who has more from now on is noted again; after a failure the next glance is soon enough.
            let places = board.reserveForWaiting()
            guard !places.counts.isEmpty else { return }
            let tasks = try await pool.transaction {
                try await TaskTable.claim(places.counts, owner: owner, lease: configuration.lease, on: $0)
            }
            board.note(found: tasks, of: places)
            places.fill(with: tasks)
            let taken = tasks.count { $0.leases > 1 }
            if taken > 0 {
                telemetry.metrics.counter(.tasksTakenOver, "Leases beyond the first of an attempt.").increment(
                    by: taken)
            }
        } catch {
            if !(error is CancellationError) {
                telemetry.logger.warning("No tasks can be taken", [.error: .string("\(error)")])
            }
        }
    }
}
