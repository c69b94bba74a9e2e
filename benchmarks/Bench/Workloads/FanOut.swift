/// W2: many tasks of the worker side by side in one execution, one execution at a time.
enum FanOut: Workload {
    static let name = "W2"

    static func measure(on stage: Stage) async throws -> Report.Section {
        let sizes = stage.sizes
        let run = try await ExecutionRun(
            .fan("fan-\(stage.tag)", port: stage.server.port, branches: sizes.branches), on: stage)
        let alone = try await run.alone(sizes.fans)
        let floor = stage.limits.floor(commits: 4, trips: 4)
        func figure(_ key: String, _ part: Double, _ aim: Aim?) -> Figure {
            Figure(
                key, "Submitted to joined, p\(Int(part * 100))", alone.ends.milliseconds(part), "ms", limit: floor,
                "4 commits and 4 broker trips", aim: aim)
        }
        var faults: [String] = []
        let calls = Dictionary(grouping: stage.server.takeCalls(), by: \.path).mapValues(\.count)
        if calls.count != sizes.branches || Set(calls.values).count > 1 {
            faults.append("not every branch of every execution was called once")
        }
        var figures = [figure("p50", 0.5, .atMost(80)), figure("p99", 0.99, nil)]
        if let used = alone.used { figures += used.figures(by: sizes.fans, stage.limits) }
        return Report.Section(
            key: name, title: "W2   Fan-out of \(sizes.branches) worker tasks and join, \(sizes.fans) one at a time",
            figures: figures, faults: faults)
    }
}
