import Core

/// W4: orchestrator and worker are killed while executions are under way, and started again.
enum Crash: Workload {
    static let name = "W4"
    private static let parts = ["orchestrator", "agent-worker"]

    static func measure(on stage: Stage) async throws -> Report.Section {
        let control = try stage.control()
        let run = try await ExecutionRun(
            .numberedSteps("crash-\(stage.tag)", port: stage.server.port), on: stage)
        let steps = stage.sizes.crashed * BenchWorkflow.steps
        async let running = run.together(stage.sizes.crashed)
        while stage.server.count < steps * 3 / 10 { try await ContinuousClock().sleep(for: .milliseconds(2)) }
        let killed = ContinuousClock.now
        try control.kill(parts)
        stage.tell("killed \(parts.joined(separator: " and ")) after \(stage.server.count) of \(steps) tasks")
        let tasks = try await FinishedTasks.read(stage.places)
        let restarted = try await control.start(parts)
        let together = try await running
        let finished = Set(
            tasks.compactMap { task in
                together.numbers[task.executionID].map { "/steps/\(task.step)/\($0)" }
            })
        let account = CrashAccount(
            stage.server.takeCalls(), finished: finished, killed: killed, restarted: restarted)
        return section(together, account, finished: finished.count, stage.limits)
    }

    private static func section(
        _ together: ExecutionRun.Together, _ account: CrashAccount, finished: Int, _ limits: Limits
    ) -> Report.Section {
        var faults = together.faults
        if account.finishedAgain > 0 { faults.append("\(account.finishedAgain) finished tasks were run again") }
        let back = account.backAfter?.asSeconds ?? .infinity
        return Report.Section(
            key: name, title: "W4   \(together.started) executions under way, orchestrator and worker killed",
            figures: [
                Figure(
                    "completed", "Completed by themselves", Double(together.completed), "",
                    aim: .atLeast(Double(together.started))),
                Figure(
                    "finishedAgain", "Finished tasks run again", Double(account.finishedAgain), "",
                    Figure.Ratio(
                        value: Double(account.finishedAgain) / Double(max(finished, 1)),
                        to: "\(finished) finished before"),
                    aim: .atMost(0)),
                Figure("othersAgain", "  calls under way made again", Double(account.othersAgain), ""),
                Figure("back", "Processes started to full rate", back, "s", aim: .atMost(3)),
                Figure("rateBefore", "  tasks before the kill", account.rateBefore, "/s"),
                Figure(
                    "rate", "  executions, stand-still included", together.rate, "/s",
                    limit: limits.commitsTogether.rate / WorkerSequence.plainCommits, "one commit a step, 8 connections"
                ),
            ], faults: faults)
    }
}
