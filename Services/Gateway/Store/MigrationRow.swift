import Core
import GatewayDomain
import Postgres

/// A migration from version to version in the read model.
struct MigrationRow: Sendable {
    var id: String
    var tenant: String
    var namespace: String
    var name: String
    var from: String
    var to: String
    var mapping: JSON
    var applies: Bool
    var status = "pending"
    var safe: Int64 = 0
    var needsMapping: Int64 = 0
    var impossible: Int64 = 0
    var migrated: Int64 = 0
    var remaining: Int64 = 0
    var rejection: JSON?
    var actor: String
    var createdAt: Instant
    var updatedAt: Instant

    init(
        id: String, tenant: String, namespace: String, name: String, from: String, to: String, mapping: JSON,
        applies: Bool, actor: String, createdAt: Instant
    ) {
        (self.id, self.tenant, self.namespace, self.name) = (id, tenant, namespace, name)
        (self.from, self.to, self.mapping, self.applies) = (from, to, mapping, applies)
        (self.actor, self.createdAt, updatedAt) = (actor, createdAt, createdAt)
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("migration_id")
        tenant = try row.string("tenant")
        namespace = try row.string("namespace")
        name = try row.string("name")
        from = try row.string("from_version")
        to = try row.string("to_version")
        mapping = try row.json("mapping")
        applies = try row.bool("applies")
        status = try row.string("status")
        safe = try row.int64("safe")
        needsMapping = try row.int64("needs_mapping")
        impossible = try row.int64("impossible")
        migrated = try row.int64("migrated")
        remaining = try row.int64("remaining")
        rejection = try row.optionalJSON("rejection")
        actor = try row.string("actor")
        createdAt = try row.instant("created_at")
        updatedAt = try row.instant("updated_at")
    }

    /// Whether nothing more comes of it.
    var hasEnded: Bool { ["planned", "done", "rejected"].contains(status) }
}
