import Synchronization

/// W7: writes and reads at a steady pace, and webhooks beside them.
enum APILoad: Workload {
    static let name = "W7"
    /// Deliveries to the webhook for each write.
    private static let webhookShare = 0.1

    static func measure(on stage: Stage) async throws -> Report.Section {
        let sizes = stage.sizes
        let run = try await ExecutionRun(.pure("api-\(stage.tag)", tasks: 1), on: stage)
        let (hook, workflow) = ("hook-\(stage.tag)", run.workflow)
        try await stage.api.registerWebhook(hook, eventType: "bench.delivered.\(stage.tag)")
        let known = Recent()
        for number in 0..<20 { known.add(try await stage.api.execute(workflow, number: 1_000_000 + number)) }
        // Connections of its own, since waiting for one counts.
        let api = WorkflowAPI(stage.places, clients: 256)
        defer { api.close() }
        stage.tell("\(sizes.rate) writes/s and \(sizes.rate) reads/s for \(sizes.seconds) s")
        let pace = { @Sendable (rate: Double) in OpenLoop(rate: rate, duration: .seconds(sizes.seconds)) }
        async let writing = pace(Double(sizes.rate)).run { number in
            known.add(try await api.execute(workflow, number: number))
        }
        async let reading = pace(Double(sizes.rate)).run { number in try await api.read(known.pick(number)) }
        async let delivering = pace(Double(sizes.rate) * webhookShare).run { number in
            try await api.deliver(hook, number: number)
        }
        let (writes, reads, deliveries) = (await writing, await reading, await delivering)
        try await stage.watch.read(until: writes.answers.count + 20)
        let missing = writes.answers.count + 20 - (await stage.watch.ended.count)
        return section(stage, writes, reads, deliveries, missing)
    }

    /// Executions that may be read, the newest thousand.
    private final class Recent: Sendable {
        private let ids = Mutex<[String]>([])

        func add(_ id: String) { ids.withLock { $0.append(id) } }

        /// One of them, spread evenly by `number`.
        func pick(_ number: Int) -> String {
            ids.withLock { ids in
                let newest = min(ids.count, 1000)
                return ids[ids.count - 1 - number &* 7919 % newest]
            }
        }
    }

    private static func section(
        _ stage: Stage, _ writes: OpenLoop.Outcome, _ reads: OpenLoop.Outcome, _ deliveries: OpenLoop.Outcome,
        _ missing: Int
    ) -> Report.Section {
        let commits = stage.limits.commitsAlone.rounds
        func figure(_ key: String, _ title: String, _ outcome: OpenLoop.Outcome, _ part: Double, _ aim: Aim?) -> Figure
        {
            Figure(
                key, "\(title), p\(Int(part * 100))", outcome.answers.milliseconds(part), "ms",
                limit: commits.milliseconds(part), "a commit's", aim: aim)
        }
        var faults = missing > 0 ? ["\(missing) executions that were accepted did not complete"] : []
        for (what, outcome) in [("writes", writes), ("reads", reads), ("deliveries", deliveries)]
        where outcome.failures > 0 {
            faults.append("\(outcome.failures) \(what) failed: \(outcome.reason ?? "")")
        }
        let sizes = stage.sizes
        return Report.Section(
            key: name,
            title: "W7   API at \(sizes.rate) writes/s, \(sizes.rate) reads/s and "
                + "\(Figure.text(Double(sizes.rate) * webhookShare)) webhooks/s for \(sizes.seconds) s",
            figures: [
                figure("writeP99", "Writes", writes, 0.99, .atMost(50)),
                figure("writeP50", "  writes", writes, 0.5, nil),
                figure("readP99", "Reads", reads, 0.99, .atMost(25)), figure("readP50", "  reads", reads, 0.5, nil),
                figure("webhookP95", "Webhooks", deliveries, 0.95, .atMost(20)),
                figure("webhookP50", "  webhooks", deliveries, 0.5, nil),
            ], faults: faults)
    }
}
