import AgentWorkerDomain
import Core
import Lifecycle
import Messaging
import Postgres
import Telemetry

extension TaskWorkers {
    /// Leases of one attempt before it is given up: each is a crash or an outage, not a failure of the task.
    private static let mostLeases = 50

    /// Runs one leased task to its end, whatever that is.
    func process(_ handed: TaskBoard.Handed) async {
        let (task, start) = (handed.task, clock.now())
        do {
            // Called off before it began: not even what may be repeated is sent.
            if handed.cancel.isRequested { throw LeaseLost() }
            let conclusion = try await conclude(handed)
            let isCounted = try await finish(handed, conclusion)
            observe(task, isCounted ? conclusion.name : "superseded", start)
        } catch is LeaseLost {
            observe(task, "superseded", start)
        } catch is CancellationError {
            // The process is stopping; whoever is next takes the lease over.
            observe(task, "interrupted", start)
        } catch let later as Postponement {
            observe(task, "postponed", start)
            await release(handed, after: later.pause)
        } catch {
            observe(task, "postponed", start)
            await postpone(handed, error)
        }
    }

    private func conclude(_ handed: TaskBoard.Handed) async throws -> Conclusion {
        let (task, early) = (handed.task, handed.early)
        if task.leases > Self.mostLeases {
            return .failed(
                Fault(.runtime, .givenUp, "\(Self.mostLeases) workers took it and none could end it"), .init())
        }
        return try await underLease(handed) { try await self.executor.run(task, early: early) }
    }

    /// Runs `body` while the lease is renewed; cancels it when the lease is lost or the task is called off.
    private func underLease(
        _ handed: TaskBoard.Handed, _ body: @escaping @Sendable () async throws -> Conclusion
    ) async throws -> Conclusion {
        return try await withThrowingTaskGroup(of: Conclusion?.self) { group in
            group.addTask { try await body() }
            group.addTask { try await self.keepLease(handed) }
            defer { group.cancelAll() }
            while let conclusion = try await group.next() {
                if let conclusion { return conclusion }
            }
            throw CancellationError()
        }
    }

    private func keepLease(_ handed: TaskBoard.Handed) async throws -> Conclusion? {
        let (task, cancel) = (handed.task, handed.cancel)
        let (start, renewal) = (ContinuousClock.now, configuration.lease / 3)
        var isAnnounced = false
        while true {
            let silence = configuration.announcement - (ContinuousClock.now - start)
            if await cancel.wait(atMost: isAnnounced || silence <= .zero ? renewal : min(silence, renewal)) {
                if cancel.isRequested { throw LeaseLost() }
                return nil
            }
            try await handed.early?.durable()
            do {
                // First, for it is lost if it waits for too long.
                guard try await TaskTable.renew(task, lease: configuration.lease, on: pool) else {
                    // What is under way is heard out: its answer is evidence.
                    _ = await cancel.wait(atMost: configuration.drain)
                    throw LeaseLost()
                }
                if !isAnnounced, ContinuousClock.now - start >= configuration.announcement {
                    try await ledger.announce(task)
                    isAnnounced = true
                }
            } catch let error as PostgresError where error.isRetriable {
                telemetry.logger.warning(
                    "A lease cannot be renewed, or its task announced",
                    [.taskID: .string(task.id), .error: .string("\(error)")])
            }
        }
    }

    /// Writes the result, if the task still is this worker's to end.
    private func finish(_ handed: TaskBoard.Handed, _ conclusion: Conclusion) async throws -> Bool {
        guard let settlement = try await conclusion.settlement(claims: claims) else { return true }
        if let early = handed.early, try await early.bring(handed.task, settlement) { return true }
        return try await ledger.end(handed.task, settlement)
    }

    /// Lets it be due again after `pause`. If this fails, the lease runs out and it is taken over all the same.
    private func release(_ handed: TaskBoard.Handed, after pause: Duration) async {
        do {
            try await handed.early?.leave(handed.task)
            try await TaskTable.release(handed.task, after: pause, on: pool)
        } catch {
            telemetry.logger.debug("a lease is left to run out", [.taskID: .string(handed.task.id)])
        }
    }

    private func postpone(_ handed: TaskBoard.Handed, _ error: any Error) async {
        let task = handed.task
        let policy = RetryPolicy(base: .milliseconds(200), cap: .seconds(30))
        // Tasks that fail together come back apart.
        var jitter = SplitMix64(seed: stableHash(task.id) &+ UInt64(task.leases))
        let pause = policy.delay(retry: task.leases, draw: 0.5 + jitter.unit() / 2) ?? .seconds(30)
        telemetry.logger.warning(
            "A task is postponed",
            [
                .taskID: .string(task.id), .attempt: .integer(Int64(task.attempt)), .error: .string("\(error)"),
                .backoff: .integer(pause.wholeMilliseconds),
            ])
        await release(handed, after: pause)
    }

    private func observe(_ task: StoredTask, _ outcome: String, _ start: Instant) {
        let function = WorkFunction(task.function) == nil ? "unknown" : task.function
        telemetry.metrics.counter(
            .tasksFinished, "Runs of tasks by how they ended.", labels: ["function": function, "outcome": outcome]
        ).increment()
        telemetry.metrics.histogram(
            .taskDuration, "How long runs of tasks take.", labels: ["function": function]
        ).observe(clock.now() - start)
        telemetry.tracer.span(
            "task \(function)", parent: task.traceparent.flatMap(TraceContext.init(traceparent:)), kind: .consumer,
            attributes: [
                .taskID: .string(task.id), .executionID: .string(task.executionID),
                .attempt: .integer(Int64(task.attempt)), .outcome: .string(outcome),
            ], start: start, end: clock.now(), status: outcome == "failed" ? .failed(outcome) : .unset)
    }
}
