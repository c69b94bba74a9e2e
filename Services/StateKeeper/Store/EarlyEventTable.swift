import Core
import Postgres

/// The table `early_events`: events whose predecessors have not come yet.
enum EarlyEventTable {
    /// A row of the table.
    struct Row: Sendable {
        var key: ExecutionKey
        var sequence: Int64
        var message: [UInt8]
    }

    /// Keeps events aside.
    static func insert(_ rows: [Row], now: Instant, on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO early_events (tenant, execution_id, sequence, message, received_at)
            SELECT tenant, execution, sequence, message, \(now) FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.sequence)), \(rows.map(\.message))
            ) AS r(tenant, execution, sequence, message)
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes out all that is kept for these executions, in order.
    static func take(_ keys: [ExecutionKey], on connection: PostgresConnection) async throws -> [Row] {
        let rows = try await connection.query(
            """
            DELETE FROM early_events WHERE (tenant, execution_id) IN (
                SELECT * FROM unnest(\(keys.map(\.tenant)), \(keys.map(\.execution))))
            RETURNING tenant, execution_id, sequence, message
            """)
        return try rows.map { row in
            Row(
                key: ExecutionKey(tenant: try row.string("tenant"), execution: try row.string("execution_id")),
                sequence: try row.int64("sequence"), message: try row.bytes("message"))
        }.sorted { $0.sequence < $1.sequence }
    }

    /// The sequences that are kept aside for one execution, in order.
    static func sequences(_ key: ExecutionKey, on connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            """
            SELECT sequence FROM early_events WHERE tenant = \(key.tenant) AND execution_id = \(key.execution)
            ORDER BY sequence
            """
        ).map { try $0.int64("sequence") }
    }
}
