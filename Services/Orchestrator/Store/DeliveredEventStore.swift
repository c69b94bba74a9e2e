import Core
import Postgres

/// The table of events that were delivered.
struct DeliveredEventStore {
    let connection: PostgresConnection

    /// An event by its source and id.
    struct Key: Sendable, Hashable {
        var tenant: String
        var digest: String
    }

    /// Notes events; those that were not noted before are given back.
    func claim(_ keys: [Key], now: Instant) async throws -> Set<Key> {
        guard !keys.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            INSERT INTO delivered_events (tenant, digest, delivered_at)
            SELECT tenant, digest, \(now)
            FROM unnest(\(keys.map(\.tenant)), \(keys.map(\.digest))) AS e (tenant, digest)
            ON CONFLICT (tenant, digest) DO NOTHING RETURNING tenant, digest
            """)
        return try Set(rows.map { Key(tenant: try $0.string("tenant"), digest: try $0.string("digest")) })
    }

    /// Forgets events that were delivered before `moment`, at most `limit` of them; how many.
    func forget(before moment: Instant, limit: Int) async throws -> Int {
        try await connection.execute(
            """
            DELETE FROM delivered_events WHERE (tenant, digest) IN (
                SELECT tenant, digest FROM delivered_events WHERE delivered_at < \(moment)
                ORDER BY delivered_at LIMIT \(limit))
            """)
    }
}
