import AgentWorkerDomain
import Core
import Postgres

/// The table `late_answers`: evidence of what others had decided without it.
enum LateAnswerTable {
    /// Keeps an answer. False when it is kept already.
    static func insert(
        _ answer: EffectTable.Answer, at now: Instant, on connection: PostgresConnection
    ) async throws -> Bool {
        let (key, content) = (answer.key, answer.content)
        let count = try await connection.execute(
            """
            INSERT INTO late_answers (task_id, number, dispatch, class, status, headers, body, came_at)
            VALUES (\(key.taskID), \(key.number), \(content.dispatch), \(content.effectClass.rawValue),
                \(content.outcome.status), \(EffectTable.json(content.outcome.headers)), \(content.outcome.body),
                \(now))
            ON CONFLICT DO NOTHING
            """)
        return count == 1
    }

    /// The answer that is kept of a sending.
    static func load(
        _ key: EffectTable.Key, dispatch: Int, on connection: PostgresConnection
    ) async throws -> EffectAnswer? {
        try await connection.query(
            """
            SELECT class, status, headers, body FROM late_answers
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND dispatch = \(dispatch)
            """
        ).first.map { row in
            EffectAnswer(
                dispatch: dispatch, effectClass: try EffectTable.effectClass(row),
                outcome: try EffectTable.outcome(row))
        }
    }
}
