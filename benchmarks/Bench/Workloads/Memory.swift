/// W8: what each service holds before anything was asked of it, and at most under W1b.
enum Memory: Workload {
    static let name = "W8"
    private static let services: Set<String> = [
        "gateway", "orchestrator", "agent-worker", "approvals", "rag-indexer", "policy", "state",
    ]

    static func measure(on stage: Stage) async throws -> Report.Section {
        let loaded = try await stage.shared.fiveSteps(on: stage).memory
        guard let idle = stage.idle.largest(of: services), let load = loaded.largest(of: services) else {
            throw BenchError("needs --run; use benchmarks/run")
        }
        var figures = [
            Figure("idle", "The largest service, idle (\(idle.name))", idle.megabytes, "MB", aim: .atMost(60)),
            Figure("loaded", "The largest service, under W1b (\(load.name))", load.megabytes, "MB", aim: .atMost(300)),
        ]
        for name in loaded.megabytes.keys.sorted() {
            let before = stage.idle.megabytes[name] ?? 0
            figures.append(
                Figure(
                    name, "  \(name), under W1b", loaded.megabytes[name]!, "MB", limit: before, "idle"))
        }
        return Report.Section(key: name, title: "W8   Memory (resident)", figures: figures)
    }
}
