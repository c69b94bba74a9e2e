import Core
import Postgres
import StateKeeperDomain

/// The table `events`: the histories themselves.
enum EventTable {
    /// A row of the table.
    struct Row: Sendable {
        var key: ExecutionKey
        var event: HistoryVerification.StoredEvent
        var happenedAt: Instant
    }

    /// Appends events; one that is there already stays as it is. They are `ahead` when the logs of their histories are
    /// locked and end before them: then they cannot be there already, and need not be looked for.
    static func append(_ rows: [Row], ahead: Bool, on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        let rule: SQL = ahead ? "" : "ON CONFLICT DO NOTHING"
        connection.perform(
            """
            INSERT INTO events (tenant, execution_id, sequence, happened_at, message, hash)
            SELECT * FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.event.sequence)),
                \(rows.map(\.happenedAt)), \(rows.map(\.event.message)), \(rows.map(\.event.hash)))
            \(rule)
            """)
    }

    /// Up to `limit` events of a history after `sequence`, in order.
    static func page(
        _ key: ExecutionKey, after sequence: Int64, limit: Int, on connection: PostgresConnection
    ) async throws -> [Row] {
        let rows = try await connection.query(
            """
            SELECT sequence, happened_at, message, hash FROM events
            WHERE tenant = \(key.tenant) AND execution_id = \(key.execution) AND sequence > \(sequence)
            ORDER BY sequence LIMIT \(limit)
            """)
        return try rows.map { row in
            Row(
                key: key,
                event: .init(
                    sequence: try row.int64("sequence"), message: try row.bytes("message"), hash: try row.bytes("hash")),
                happenedAt: try row.instant("happened_at"))
        }
    }
}
