import Postgres

/// What attempts of tasks used.
enum UsageStore {
    struct Entry: Sendable {
        var executionID: String
        var taskID: String
        var attempt: Int32
        var inputTokens: Int64
        var outputTokens: Int64
        var modelCalls: Int32
        var costMicros: Int64
    }

    static func add(_ entries: [Entry], on connection: PostgresConnection) async throws {
        guard !entries.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO task_usage
                (execution_id, task_id, attempt, input_tokens, output_tokens, model_calls, cost_micros)
            SELECT * FROM unnest(
                \(entries.map(\.executionID)), \(entries.map(\.taskID)), \(entries.map(\.attempt)),
                \(entries.map(\.inputTokens)), \(entries.map(\.outputTokens)), \(entries.map(\.modelCalls)),
                \(entries.map(\.costMicros)))
            ON CONFLICT DO NOTHING
            """)
    }
}
