import Core
import Postgres

/// The table `audits`: who did what to what.
enum AuditTable {
    /// A row of the table.
    struct Row: Sendable {
        var tenant: String
        var id: String
        var actorType: String
        var actor: String
        var action: String
        var resourceType: String
        var resource: String
        var details: JSON?
        var happenedAt: Instant
    }

    /// Stores audits; one that is there already stays as it is.
    static func insert(_ rows: [Row], on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO audits
                (tenant, audit_id, actor_type, actor, action, resource_type, resource, details, happened_at)
            SELECT tenant, id, actor_type, actor, action, resource_type, resource, details::jsonb, happened FROM unnest(
                \(rows.map(\.tenant)), \(rows.map(\.id)), \(rows.map(\.actorType)), \(rows.map(\.actor)),
                \(rows.map(\.action)), \(rows.map(\.resourceType)), \(rows.map(\.resource)),
                \(rows.map { $0.details?.text() }), \(rows.map(\.happenedAt))
            ) AS r(tenant, id, actor_type, actor, action, resource_type, resource, details, happened)
            ON CONFLICT DO NOTHING
            """)
    }
}
