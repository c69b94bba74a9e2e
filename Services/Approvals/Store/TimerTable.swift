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

    /// The next open rounds by their keys, with when each is due next and when its timer is set for; nil: not at all.
    static func page(
        after key: ApprovalKey, limit: Int, on connection: PostgresConnection
    ) async throws -> [(key: ApprovalKey, due: Instant, set: Instant?)] {
        try await connection.query(
            """
            SELECT a.tenant, a.approval_id, a.due_at, a.next_reminder_at, t.due_at AS set_for
            FROM approvals AS a LEFT JOIN timers AS t USING (tenant, approval_id)
            WHERE a.status = 'pending' AND (a.tenant, a.approval_id) > (\(key.tenant), \(key.id))
            ORDER BY a.tenant, a.approval_id LIMIT \(limit)
            """
        ).map { row in
            let due = try row.instant("due_at")
            return (
                ApprovalKey(tenant: try row.string("tenant"), id: try row.string("approval_id")),
                try row.optionalInstant("next_reminder_at").map { min($0, due) } ?? due,
                try row.optionalInstant("set_for")
            )
        }
    }

    /// When the next timer is due, fired or not; nil when there is none.
    static func next(on connection: PostgresConnection) async throws -> Instant? {
        try await connection.query("SELECT min(due_at) AS due FROM timers").first?.optionalInstant("due")
    }
}
