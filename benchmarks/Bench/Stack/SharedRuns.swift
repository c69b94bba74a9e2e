/// Five worker tasks, many at once, run once for all workloads that look at it. Used by one task at a time.
actor SharedRuns {
    /// What the run brought.
    struct FiveSteps: Sendable {
        var alone: ExecutionRun.Alone
        var together: ExecutionRun.Together
        /// Peaks while all were under way.
        var memory: MemoryUse
        var faults: [String]
    }

    private var fiveSteps: FiveSteps?

    /// The run, made at first use.
    func fiveSteps(on stage: Stage) async throws -> FiveSteps {
        if let fiveSteps { return fiveSteps }
        let run = try await ExecutionRun(
            .steps("five-steps-\(stage.tag)", port: stage.server.port), on: stage)
        let alone = try await run.alone(stage.sizes.alone)
        let made = try await Self.together(run)
        let whole = FiveSteps(alone: alone, together: made.together, memory: made.memory, faults: made.faults)
        fiveSteps = whole
        return whole
    }

    /// The same with all at once, anew.
    static func together(
        _ run: ExecutionRun
    ) async throws -> (together: ExecutionRun.Together, memory: MemoryUse, faults: [String]) {
        let stage = run.stage
        await stage.rest()
        await stage.watch.follow(run.workflow.name)
        _ = stage.server.takeCalls()
        let (together, memory) = try await MemoryUse.peak(run: stage.options.run) {
            try await run.together(stage.sizes.together)
        }
        var faults = together.faults
        let (calls, wanted) = (stage.server.takeCalls().count, together.completed * BenchWorkflow.steps)
        if calls != wanted { faults.append("\(calls) calls were made where \(wanted) were to be") }
        return (together, memory, faults)
    }
}
