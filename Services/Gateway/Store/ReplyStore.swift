import Core
import Postgres

/// Requests to other services and their answers.
enum ReplyStore {
    static func ask(
        _ id: String, tenant: String, kind: String, now: Instant, on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO replies (request_id, tenant, kind, asked_at)
            VALUES (\(id), \(tenant), \(kind), \(now)) ON CONFLICT DO NOTHING
            """)
    }

    /// Keeps answers that somebody waits for; others are not ours.
    static func answer(_ answers: [(id: String, answer: JSON)], on connection: PostgresConnection) async throws {
        guard !answers.isEmpty else { return }
        try await connection.execute(
            """
            UPDATE replies SET answer = given.answer
            FROM unnest(\(answers.map(\.id)), \(answers.map(\.answer))) AS given (request_id, answer)
            WHERE replies.request_id = given.request_id
            """)
    }

    static func answer(to id: String, on pool: PostgresPool) async throws -> JSON? {
        try await pool.query("SELECT answer FROM replies WHERE request_id = \(id)").first?.optionalJSON("answer")
    }

    static func removeOlder(than moment: Instant, on pool: PostgresPool) async throws {
        try await pool.execute("DELETE FROM replies WHERE asked_at < \(moment)")
    }
}
