import Core
import Postgres

/// The table `gaps`: histories that lack events.
enum GapTable {
    /// A row of the table.
    struct Row: Sendable {
        var key: ExecutionKey
        /// The first event that is missing.
        var missing: Int64
    }

    /// Executions whose events wait since before `moment` for one that does not come, up to `limit`.
    static func waiting(
        since moment: Instant, limit: Int, on connection: PostgresConnection
    ) async throws -> [Row] {
        try await connection.query(
            """
            SELECT e.tenant, e.execution_id, coalesce(max(l.last_sequence), 0) + 1 AS missing
            FROM early_events AS e LEFT JOIN logs AS l USING (tenant, execution_id)
            WHERE e.received_at < \(moment)
                AND NOT EXISTS (SELECT FROM gaps AS g WHERE (g.tenant, g.execution_id) = (e.tenant, e.execution_id))
            GROUP BY e.tenant, e.execution_id LIMIT \(limit)
            """
        ).map(row)
    }

    /// Adds gaps; those that were not known.
    static func insert(_ rows: [Row], now: Instant, on connection: PostgresConnection) async throws -> [Row] {
        guard !rows.isEmpty else { return [] }
        return try await connection.query(
            """
            INSERT INTO gaps (tenant, execution_id, missing, raised_at)
            SELECT tenant, execution, missing, \(now)
            FROM unnest(\(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.missing)))
                AS r(tenant, execution, missing)
            ON CONFLICT DO NOTHING RETURNING tenant, execution_id, missing
            """
        ).map(row)
    }

    /// Removes gaps that have been filled; which.
    static func removeFilled(on connection: PostgresConnection) async throws -> [Row] {
        try await connection.query(
            """
            DELETE FROM gaps AS g USING logs AS l
            WHERE (l.tenant, l.execution_id) = (g.tenant, g.execution_id) AND l.last_sequence >= g.missing
            RETURNING g.tenant, g.execution_id, g.missing
            """
        ).map(row)
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            key: ExecutionKey(tenant: try row.string("tenant"), execution: try row.string("execution_id")),
            missing: try row.int64("missing"))
    }
}
