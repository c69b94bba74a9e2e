/// W1a: tasks that the engine does by itself, all executions at once.
enum PureSequence: Workload {
    static let name = "W1a"

    static func measure(on stage: Stage) async throws -> Report.Section {
        let run = try await ExecutionRun(.pure("pure-\(stage.tag)"), on: stage)
        let together = try await run.together(stage.sizes.pure)
        let limits = stage.limits
        var figures = [
            Figure(
                "rate", "Executions", together.rate, "/s", limit: limits.commitsTogether.rate,
                "commits, 8 connections", aim: .atLeast(3000)),
            Figure(
                "submitting", "  requests to the API", Double(together.started) / together.submitting.asSeconds, "/s",
                limit: limits.commitsTogether.rate, "commits, 8 connections"),
        ]
        if let used = together.used { figures += used.figures(by: together.completed, limits) }
        return Report.Section(
            key: name, title: "W1a  \(together.started) executions of \(BenchWorkflow.steps) pure tasks at once",
            figures: figures, faults: together.faults)
    }
}

extension Usage {
    /// What one execution of `count` cost; the CPU time without an aim.
    func figures(by count: Int, _ limits: Limits, cpuAim: Aim? = nil) -> [Figure] {
        let each = { (value: Double) in value / Double(max(count, 1)) }
        var figures = [
            Figure("transactions", "  transactions that write", each(Double(postgres.writes)), "each"),
            Figure("logKilobytes", "  Postgres log", each(Double(postgres.logBytes)) / 1024, "KiB each"),
            Figure("messages", "  broker messages", each(Double(messages)), "each"),
        ]
        guard let cpu else { return figures }
        let total = each(cpu.total) * 1000
        let plain = limits.commitCPU.map { $0 * Double(BenchWorkflow.steps + 2) }
        let ratio = plain.map {
            Figure.Ratio(
                value: total / $0, to: "Postgres' share of \(BenchWorkflow.steps + 2) commits (\(Figure.text($0)) ms)")
        }
        figures.append(Figure("cpu", "CPU of all processes, an execution", total, "ms", ratio, aim: cpuAim))
        let raw = limits.rawCPU(messages: each(Double(messages)), logBytes: each(Double(postgres.logBytes)))
        if let raw {
            let title = "  its messages and its log, raw, in batches"
            figures.append(Figure("rawCPU", title, raw, "ms", Figure.Ratio(value: raw / total, to: "all")))
        }
        for name in cpu.names.sorted(by: { cpu.seconds[$0]! > cpu.seconds[$1]! }) where cpu.seconds[name]! > 0 {
            let own = cpu.seconds[name]!
            figures.append(
                Figure(
                    "cpu-\(name)", "  \(name)", each(own) * 1000, "ms", Figure.Ratio(value: own / cpu.total, to: "all"))
            )
        }
        return figures
    }
}
