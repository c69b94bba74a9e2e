/// How many commits a second the server gives, through the product's own driver.
struct PostgresLimits: Sendable {
    let tag: String
    let url: String
    /// The stack's run folder, for the server's CPU time.
    let run: String?

    func measure(
        _ load: (_ workers: Int) -> Load
    ) async throws -> (alone: Load.Result, together: Load.Result, batched: Load.Result, cpu: Double?) {
        let table = CommitTable(tag: tag, on: url, connections: 8)
        try await table.create()
        do {
            let body = [UInt8](repeating: 0x5A, count: Limits.bodyBytes)
            let bodies = [[UInt8]](repeating: body, count: Limits.batch)
            let alone = try await load(1).run { _, _ in
                try await table.insert(body)
                return 1
            }
            let before = serverTime
            let together = try await load(8).run { _, _ in
                try await table.insert(body)
                return 1
            }
            let used = serverTime.flatMap { late in before.map { late - $0 } }
            let batched = try await load(8).run { _, _ in
                try await table.insert(bodies)
                return bodies.count
            }
            try await table.remove()
            return (alone, together, batched, used.map { $0 / Double(max(together.count, 1)) * 1000 })
        } catch {
            try? await table.remove()
            throw error
        }
    }

    private var serverTime: Double? { run.flatMap { CPUTimes.read(run: $0).seconds["postgres"] } }
}
