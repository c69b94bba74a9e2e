import Core
import Postgres

/// The table `timers`.
enum TimerTable {
    /// Sets each approval's timer, or takes it away where the moment is nil.
    static func set(
        _ entries: [(key: ApprovalKey, due: Instant?)], on connection: PostgresConnection
    ) async throws {
        let over = entries.filter { $0.due == nil }.map(\.key)
        if !over.isEmpty {
            _ = try await connection.execute(
                """
                DELETE FROM timers USING unnest(\(over.map(\.tenant)), \(over.map(\.id))) AS k(tenant, approval_id)
                WHERE timers.tenant = k.tenant AND timers.approval_id = k.approval_id
                """)
        }
        let set = entries.filter { $0.due != nil }
        if set.isEmpty { return }
        _ = try await connection.execute(
            """
            INSERT INTO timers (tenant, approval_id, due_at)
            SELECT * FROM unnest(\(set.map(\.key.tenant)), \(set.map(\.key.id)), \(set.compactMap(\.due)))
            ON CONFLICT (tenant, approval_id) DO UPDATE SET due_at = excluded.due_at
            """)
    }

    /// When the next timer is due, fired or not; nil when there is none.
    static func next(on connection: PostgresConnection) async throws -> Instant? {
        try await connection.query("SELECT min(due_at) AS due FROM timers").first?.optionalInstant("due")
    }
}
