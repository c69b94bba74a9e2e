import AgentWorkerDomain
import Core
import Postgres

/// The table `results`.
enum ResultTable {
    static func insert(
        _ task: StoredTask, _ fault: Fault?, _ usage: AgentLoop.Usage, worker: String, at now: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO results (
                task_id, attempt, outcome, fault, input_tokens, output_tokens, model_calls, worker, finished_at)
            VALUES (\(task.id), \(task.attempt), \(fault == nil ? "completed" : "failed"), \(fault?.json),
                \(usage.inputTokens), \(usage.outputTokens), \(usage.calls), \(worker), \(now))
            """)
    }
}
