/// W5: W1b with many finished executions behind it, against the same without.
enum History: Workload {
    static let name = "W5"

    static func measure(on stage: Stage) async throws -> Report.Section {
        // Warms up, if nothing has. W1b's own figures are not compared with: minutes lie between, and a machine shared
        // with others changes its speed.
        _ = try await stage.shared.fiveSteps(on: stage)
        let rawBefore = try await rawRow(on: stage, "h1")
        let (empty, _, earlyFaults) = try await together("without", on: stage)
        let identity = try await finished(on: stage)
        let rows = try await RowCopies(identity, on: stage.places.product, tag: stage.tag + "h")
            .make(stage.sizes.history, tell: stage.tell)
        let (full, _, faults) = try await together("with", on: stage)
        let rawAfter = try await rawRow(on: stage, "h2")
        var figures = [
            Figure(
                "rate", "Executions, beside the store without them", full.rate / empty.rate, "",
                aim: .atLeast(0.95)),
            Figure("full", "  with them", full.rate, "/s", limit: empty.rate, "without"),
        ]
        if let late = full.used?.cpu, let early = empty.used?.cpu, early.total > 0 {
            let (with, without) = (
                late.total / Double(max(full.completed, 1)), early.total / Double(max(empty.completed, 1))
            )
            figures.append(
                Figure("cpu", "  CPU, an execution", with * 1000, "ms", limit: without * 1000, "without"))
            for name in late.names where late.seconds[name]! > 0.1 * late.total {
                let own = late.seconds[name]! / Double(max(full.completed, 1))
                let before = (early.seconds[name] ?? 0) / Double(max(empty.completed, 1))
                figures.append(Figure("cpu-\(name)", "    \(name)", own * 1000, "ms", limit: before * 1000, "without"))
            }
        }
        if let rawBefore, let rawAfter {
            let ratio = Figure.Ratio(value: rawAfter / rawBefore, to: "before; far from 1, the machine was another")
            figures.append(Figure("raw", "  CPU of client and server, a raw row", rawAfter * 1000, "µs", ratio))
        }
        return Report.Section(
            key: name,
            title: "W5   W1b with \(Figure.text(Double(stage.sizes.history))) finished executions behind it "
                + "(\(rows) rows each)",
            figures: figures, faults: earlyFaults + faults)
    }

    private static func together(
        _ part: String, on stage: Stage
    ) async throws -> (together: ExecutionRun.Together, memory: MemoryUse, faults: [String]) {
        try await SharedRuns.together(
            try await ExecutionRun(.steps("five-steps-\(part)-\(stage.tag)", port: stage.server.port), on: stage))
    }

    /// What nothing of the product has a part in, in CPU milliseconds; nil without a run folder.
    private static func rawRow(on stage: Stage, _ part: String) async throws -> Double? {
        stage.tell("Postgres: raw rows")
        let limits = PostgresLimits(tag: stage.tag + part, url: stage.places.postgres)
        let measured = try await limits.measure { workers in
            Load(workers: workers, duration: .seconds(stage.options.seconds), run: stage.options.run)
        }
        return measured.batched.cost(of: "postgres", CPUTimes.own)
    }

    /// An execution that has ended, and by what it is known.
    private static func finished(on stage: Stage) async throws -> RowCopies.Identity {
        let run = try await ExecutionRun(.steps("history-\(stage.tag)", port: stage.server.port), on: stage)
        let id = try await stage.api.execute(run.workflow, number: 0)
        guard try await stage.watch.end(of: id)?.isCompleted == true else {
            throw BenchError("the execution to be copied did not complete")
        }
        await stage.rest()
        return RowCopies.Identity(id: id, key: run.workflow.key(0), idPrefix: stage.idPrefix(5))
    }
}
