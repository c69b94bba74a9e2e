import Core
import Postgres

/// The table `activities`: what other services did for an execution.
enum ActivityTable {
    /// A row of the table.
    struct Row: Sendable {
        var key: ExecutionKey
        var messageID: String
        var type: String
        var source: String
        var happenedAt: Instant
        var body: JSON
    }

    /// Stores activities; one that is there already stays as it is.
    static func insert(_ rows: [Row], on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO activities (tenant, execution_id, message_id, type, source, happened_at, body)
            SELECT tenant, execution, message, type, source, happened, body::jsonb FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.messageID)), \(rows.map(\.type)),
                \(rows.map(\.source)), \(rows.map(\.happenedAt)), \(rows.map { $0.body.text() })
            ) AS r(tenant, execution, message, type, source, happened, body)
            ON CONFLICT DO NOTHING
            """)
    }

    /// The first `limit` activities of an execution, oldest first.
    static func list(
        _ key: ExecutionKey, limit: Int, on connection: PostgresConnection
    ) async throws -> [Row] {
        let rows = try await connection.query(
            """
            SELECT message_id, type, source, happened_at, body FROM activities
            WHERE tenant = \(key.tenant) AND execution_id = \(key.execution)
            ORDER BY happened_at, message_id LIMIT \(limit)
            """)
        return try rows.map { row in
            Row(
                key: key, messageID: try row.string("message_id"), type: try row.string("type"),
                source: try row.string("source"), happenedAt: try row.instant("happened_at"), body: try row.json("body")
            )
        }
    }
}
