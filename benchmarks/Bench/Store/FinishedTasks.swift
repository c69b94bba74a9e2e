import Postgres

/// What the worker's journal says has been done.
enum FinishedTasks {
    /// A task of a measured workflow: `step` is its number in the sequence.
    struct Task: Sendable {
        var executionID: String
        var step: Int
    }

    /// All of them; to be read while no worker runs.
    static func read(_ places: Places) async throws -> [Task] {
        let pool = PostgresPool(PostgresConfiguration(url: places.product, maximum: 1))
        let rows = try await pool.query("SELECT execution_id, task FROM agents.tasks WHERE status = 'finished'")
        await pool.close()
        return try rows.compactMap { row in
            // A pointer such as /do/0/step1.
            guard let step = try row.string("task").last?.wholeNumberValue else { return nil }
            return Task(executionID: try row.string("execution_id"), step: step)
        }
    }
}
