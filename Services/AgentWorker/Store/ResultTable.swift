import AgentWorkerDomain
import Core
import Postgres

/// The table `results`.
enum ResultTable {
    /// The result of an attempt.
    struct Result {
        var task: StoredTask
        /// Nil when it completed.
        var fault: Fault?
        var usage: AgentLoop.Usage
    }

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
                \(results.map { $0.fault == nil ? "completed" : "failed" }), \(results.map { $0.fault?.json }),
                \(results.map(\.usage.inputTokens)), \(results.map(\.usage.outputTokens)),
                \(results.map(\.usage.calls))) AS new
            """)
    }
}
