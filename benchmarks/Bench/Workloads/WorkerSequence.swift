/// W1b: tasks of the worker, each durable, each through the broker to the worker and back; all at once, and alone.
enum WorkerSequence: Workload {
    static let name = "W1b"

    static func measure(on stage: Stage) async throws -> Report.Section {
        let run = try await stage.shared.fiveSteps(on: stage)
        let title =
            "W1b  \(run.together.started) executions of \(BenchWorkflow.steps) worker tasks at once, "
            + "\(run.alone.ends.count) alone"
        return Report.Section(
            key: name, title: title, figures: throughput(run.together, stage.limits) + latency(run.alone, stage.limits),
            faults: run.faults)
    }

    /// What one commit a step would take: the start, the steps and the end.
    static let plainCommits = Double(BenchWorkflow.steps + 2)

    static func throughput(_ together: ExecutionRun.Together, _ limits: Limits) -> [Figure] {
        var figures = [
            Figure(
                "rate", "Executions", together.rate, "/s", limit: limits.commitsTogether.rate / plainCommits,
                "one commit a step, 8 connections", aim: .atLeast(960))
        ]
        if let used = together.used {
            let each = max(Double(used.messages) / Double(max(together.completed, 1)), 1)
            figures.append(
                Figure(
                    "rateToMessages", "  beside the broker", together.rate, "/s", limit: limits.messages.rate / each,
                    "broker messages ÷ messages each"))
        }
        figures += [
            Figure("togetherP50", "  submitted to completed, p50", together.ends.milliseconds(0.5), "ms"),
            Figure("togetherP99", "  submitted to completed, p99", together.ends.milliseconds(0.99), "ms"),
            Figure("writeTogetherP99", "  execute request, p99", together.writes.milliseconds(0.99), "ms"),
        ]
        if let used = together.used {
            figures += used.figures(by: together.completed, limits, cpuAim: .atMost(2))
        }
        return figures
    }

    /// Commits and trips that follow one another when nothing is done twice: the request; the start; for each step the
    /// worker and the orchestrator.
    private static let serial = 2 + 2 * BenchWorkflow.steps

    static func latency(_ alone: ExecutionRun.Alone, _ limits: Limits) -> [Figure] {
        let floor = limits.floor(commits: serial, trips: serial)
        let text = "\(serial) commits and \(serial) broker trips"
        let commit = limits.commitsAlone.rounds
        func end(_ key: String, _ part: Double, _ aim: Double) -> Figure {
            Figure(
                key, "Alone, submitted to completed, p\(Int(part * 100))", alone.ends.milliseconds(part), "ms",
                limit: floor, text, aim: .atMost(aim))
        }
        func write(_ key: String, _ part: Double) -> Figure {
            Figure(
                key, "  execute request, p\(Int(part * 100))", alone.writes.milliseconds(part), "ms",
                limit: commit.milliseconds(part), "a commit's")
        }
        return [
            end("aloneP50", 0.5, 12), end("aloneP99", 0.99, 35), write("writeAloneP50", 0.5),
            write("writeAloneP99", 0.99),
        ]
    }
}
