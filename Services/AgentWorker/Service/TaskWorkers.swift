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
                let isTime = ContinuousClock.now - lastClaim >= Self.glance
                if isTime || (board.hasMore && board.room > configuration.concurrency / 4) {
                    lastClaim = .now
                    await claim()
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
            self.board.finish(handed)
            running.set(self.board.taken)
        }
    }

    /// Leases due tasks of the table: those that came while all were busy, and those that others lost.
    private func claim() async {
        let places = board.reserve(configuration.concurrency)
        guard places.count > 0 else { return }
        let owner = "\(instance)/\(board.nextLease())"
        do {
            // What comes from now on is noted again; after a failure the next glance is soon enough.
            board.hasMore = false
            let tasks = try await pool.transaction {
                try await TaskTable.claim(places.count, owner: owner, lease: configuration.lease, on: $0)
            }
            // A full hand means that there is more.
            if tasks.count == places.count { board.hasMore = true }
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
