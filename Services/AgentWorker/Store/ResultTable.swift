import AgentWorkerDomain
import Core
import Postgres

/// The table `results`: how attempts failed. Of those that completed the row in `tasks` says so, and the journal gives
/// what they brought once more.
enum ResultTable {
    /// How an attempt failed.
    struct Result {
        var task: StoredTask
        var fault: Fault
        var usage: AgentLoop.Usage
    }

    /// Adds results; one that is there stays: its answer was lost and is told again.
    static func insert(
        _ results: [Result], worker: String, at now: Instant, on connection: PostgresConnection
    ) async throws {
        if results.isEmpty { return }
        connection.perform(
            """
            INSERT INTO results (
                task_id, attempt, outcome, fault, input_tokens, output_tokens, model_calls, worker, finished_at)
            SELECT new.*, \(worker), \(now) FROM unnest(
                \(results.map(\.task.id)), \(results.map(\.task.attempt)),
                \(results.map { _ in "failed" }), \(results.map(\.fault.json)),
                \(results.map(\.usage.inputTokens)), \(results.map(\.usage.outputTokens)),
                \(results.map(\.usage.calls))) AS new
            ON CONFLICT DO NOTHING
            """)
    }

    /// The fault of an attempt; nil when it completed, or nothing is known.
    static func fault(of task: StoredTask, on connection: PostgresConnection) async throws -> Result? {
        try await connection.query(
            """
            SELECT fault, input_tokens, output_tokens, model_calls FROM results
            WHERE task_id = \(task.id) AND attempt = \(task.attempt) AND outcome = 'failed'
            """
        ).first.flatMap { row in
            let usage = AgentLoop.Usage(
                inputTokens: try row.int("input_tokens"), outputTokens: try row.int("output_tokens"),
                calls: try row.int("model_calls"))
            return try row.optionalJSON("fault").flatMap(Fault.init(json:)).map {
                Result(task: task, fault: $0, usage: usage)
            }
        }
    }
}
