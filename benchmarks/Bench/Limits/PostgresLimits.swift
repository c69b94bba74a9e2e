/// How many commits a second the server gives, through the product's own driver.
struct PostgresLimits: Sendable {
    let tag: String
    let url: String

    func measure(
        _ load: (_ workers: Int) -> Load
    ) async throws -> (alone: Load.Result, together: Load.Result, batched: Load.Result, logBytes: Int64) {
        let table = CommitTable(tag: tag, on: url, connections: 8)
        try await table.create()
        do {
            let body = [UInt8](repeating: 0x5A, count: Limits.bodyBytes)
            let bodies = [[UInt8]](repeating: body, count: Limits.batch)
            let alone = try await load(1).run { _, _ in
                try await table.insert(body)
                return 1
            }
            let together = try await load(8).run { _, _ in
                try await table.insert(body)
                return 1
            }
            let before = try await table.counters()
            let batched = try await load(8).run { _, _ in
                try await table.insert(bodies)
                return bodies.count
            }
            let log = (try await table.counters() - before).logBytes
            try await table.remove()
            return (alone, together, batched, log)
        } catch {
            try? await table.remove()
            throw error
        }
    }
}
