extension ExecutionRun.Outcome {
    /// Executions that were completed a second, submission included.
    var rate: Double { Double(completed) / max(whole.asSeconds, 1e-9) }

    /// What one commit a step would take: the start, the steps and the end.
    static let plainCommits = Double(StepWorkflow.steps + 2)
    /// Commits, and messages, that follow one another when nothing is done twice: the request; the start; for each step
    /// the worker and the orchestrator.
    static let serial = Double(2 + 2 * StepWorkflow.steps)

    func sections(_ limits: Limits) -> [Report.Section] {
        var sections = [throughput(limits), latency(limits), writes(limits), costs]
        if let share = processes { sections.append(share) }
        return sections
    }

    private func throughput(_ limits: Limits) -> Report.Section {
        let plain = limits.commitsTogether.rate / Self.plainCommits
        let wire = limits.messages.rate / max(Double(messages) / Double(max(completed, 1)), 1)
        return Report.Section(
            key: "throughput", title: "\(started) executions at once (\(StepWorkflow.steps) worker tasks in sequence)",
            figures: [
                Figure(
                    "executions", "Executions, first request to last end", rate, "/s",
                    Figure.Ratio(
                        value: rate / plain, to: "one commit a step (\(Figure.text(plain))/s: 8 connections ÷ 7)")),
                Figure(
                    "executionsToMessages", "  the same to the broker's limit", rate, "/s",
                    Figure.Ratio(
                        value: rate / wire, to: "broker messages ÷ messages an execution (\(Figure.text(wire))/s)")),
                Figure("togetherP50", "  submitted to completed, p50", together.milliseconds(0.5), "ms"),
                Figure("togetherP99", "  submitted to completed, p99", together.milliseconds(0.99), "ms"),
            ])
    }

    private func latency(_ limits: Limits) -> Report.Section {
        let floor = Self.serial * (limits.commitsAlone.rounds.milliseconds(0.5) + limits.trips.milliseconds(0.5))
        let text = "\(Int(Self.serial)) commits and \(Int(Self.serial)) broker trips (\(Figure.text(floor)) ms)"
        func figure(_ key: String, _ title: String, _ part: Double) -> Figure {
            let value = alone.milliseconds(part)
            return Figure(key, title, value, "ms", Figure.Ratio(value: value / floor, to: text))
        }
        return Report.Section(
            key: "latency", title: "\(alone.count) executions one at a time",
            figures: [
                figure("aloneP50", "Submitted to completed, p50", 0.5),
                figure("aloneP99", "Submitted to completed, p99", 0.99),
            ])
    }

    private func writes(_ limits: Limits) -> Report.Section {
        let commits = limits.commitsAlone.rounds
        func figure(_ key: String, _ title: String, _ samples: Samples, _ part: Double) -> Figure {
            let value = samples.milliseconds(part)
            let commit = commits.milliseconds(part)
            let text = "a commit's p\(Int((part * 100).rounded())) (\(Figure.text(commit)) ms)"
            return Figure(key, title, value, "ms", Figure.Ratio(value: value / commit, to: text))
        }
        let rate = Double(writesTogether.count) / max(submitting.asSeconds, 1e-9)
        return Report.Section(
            key: "writes", title: "API writes (execute requests)",
            figures: [
                figure("writeAloneP50", "One at a time, p50", writesAlone, 0.5),
                figure("writeAloneP99", "One at a time, p99", writesAlone, 0.99),
                figure("writeTogetherP50", "While submitting at once, p50", writesTogether, 0.5),
                figure("writeTogetherP99", "While submitting at once, p99", writesTogether, 0.99),
                Figure(
                    "writes", "While submitting at once", rate, "/s",
                    Figure.Ratio(
                        value: rate / limits.commitsTogether.rate,
                        to: "commits, 8 connections (\(Figure.text(limits.commitsTogether.rate))/s)")),
            ])
    }

    private var costs: Report.Section {
        let count = Double(max(completed, 1))
        var figures = [
            Figure("transactions", "Postgres transactions that write", Double(postgres.writes) / count, ""),
            Figure("logKilobytes", "Postgres log", Double(postgres.logBytes) / count / 1024, "KiB"),
            Figure("messages", "Broker messages", Double(messages) / count, ""),
        ]
        if let cpu { figures.append(Figure("cpu", "CPU of all processes", cpu.total / count * 1000, "ms")) }
        return Report.Section(key: "costs", title: "Each of these executions costs", figures: figures)
    }

    private var processes: Report.Section? {
        guard let cpu else { return nil }
        let count = Double(max(completed, 1))
        let busy = cpu.names.filter { cpu.seconds[$0]! > 0 }.sorted { cpu.seconds[$0]! > cpu.seconds[$1]! }
        return Report.Section(
            key: "cpu", title: "… of CPU",
            figures: busy.map { name in
                let value = cpu.seconds[name]!
                let share = Figure.Ratio(value: cpu.total > 0 ? value / cpu.total : 0, to: "all")
                return Figure(name, name, value / count * 1000, "ms", share)
            })
    }
}
