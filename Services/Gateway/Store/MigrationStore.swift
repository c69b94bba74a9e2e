import Contracts
import Core
import GatewayDomain
import Postgres

/// Migrations from version to version, and what they mean to each execution.
enum MigrationStore {
    /// How an execution takes to the other version.
    struct Item: Sendable {
        var executionID: String
        var kind: String
        var findings: JSON
        var migrated: Bool
    }

    static let classes = ["safe", "needsMapping", "impossible"]

    private static let columns: SQL =
        """
        migration_id, tenant, namespace, name, from_version, to_version, mapping, applies, status, safe, needs_mapping,
        impossible, migrated, remaining, rejection, actor, created_at, updated_at
        """

    static func add(_ row: MigrationRow, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO migrations (migration_id, tenant, namespace, name, from_version, to_version, mapping, applies,
                step, status, safe, needs_mapping, impossible, migrated, remaining, actor, created_at, updated_at)
            VALUES (\(row.id), \(row.tenant), \(row.namespace), \(row.name), \(row.from), \(row.to), \(row.mapping),
                \(row.applies), -1, 'pending', 0, 0, 0, 0, 0, \(row.actor), \(row.createdAt), \(row.updatedAt))
            """)
    }

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> MigrationRow? {
        try await pool.query(
            "SELECT \(columns) FROM migrations WHERE migration_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map { try MigrationRow($0) }
    }

    static func page(
        tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [MigrationRow] {
        let after: SQL = cursor.map { "AND (created_at, migration_id) < (\($0.time), \($0.id))" } ?? ""
        return try await pool.query(
            """
            SELECT \(columns) FROM migrations WHERE tenant = \(tenant) \(after)
            ORDER BY created_at DESC, migration_id DESC LIMIT \(limit)
            """
        ).map { try MigrationRow($0) }
    }

    /// The executions of a migration, by id.
    static func items(
        _ id: String, kind: String?, after: String, limit: Int, on pool: PostgresPool
    ) async throws -> [Item] {
        let filter: SQL = kind.map { "AND class = \($0)" } ?? ""
        return try await pool.query(
            """
            SELECT execution_id, class, findings, migrated FROM migration_items
            WHERE migration_id = \(id) AND execution_id > \(after) \(filter) ORDER BY execution_id LIMIT \(limit)
            """
        ).map { row in
            Item(
                executionID: try row.string("execution_id"), kind: try row.string("class"),
                findings: try row.json("findings"), migrated: try row.bool("migrated"))
        }
    }

    /// What the suggestions of all executions come to: old pointer to new one, the first suggestion for each.
    static func suggestions(_ id: String, on pool: PostgresPool) async throws -> JSON {
        let rows = try await pool.query(
            """
            SELECT DISTINCT f ->> 'task' AS task, f ->> 'suggestion' AS suggestion
            FROM migration_items, jsonb_array_elements(findings) AS f
            WHERE migration_id = \(id) AND f ? 'suggestion' ORDER BY task, suggestion LIMIT 500
            """)
        var mapping = JSONObject()
        for row in rows {
            let task = try row.string("task")
            if mapping[task] == nil { mapping[task] = .string(try row.string("suggestion")) }
        }
        return .object(mapping)
    }

    /// Takes in a step; an older one changes nothing.
    static func take(
        _ event: OrchestratorV1.MigrationProgressed, on connection: PostgresConnection
    ) async throws {
        let known = try await connection.execute(
            """
            UPDATE migrations SET step = \(event.step), status = \(event.status), to_version = \(event.toVersion),
                safe = \(event.safe), needs_mapping = \(event.needsMapping), impossible = \(event.impossible),
                migrated = \(event.migrated), remaining = \(event.left),
                rejection = \(StoredRejection.json(event.rejection)),
                updated_at = \(Instant(microseconds: event.timeUs))
            WHERE migration_id = \(event.migrationID) AND step < \(event.step)
            """)
        guard known == 1, !event.items.isEmpty else { return }
        let items = event.items
        try await connection.execute(
            """
            INSERT INTO migration_items (migration_id, execution_id, class, findings, migrated)
            SELECT \(event.migrationID), * FROM unnest(
                \(items.map(\.executionID)), \(items.map(\.class)), \(items.map { findings($0.findings) }),
                \(items.map(\.migrated)))
            ON CONFLICT (migration_id, execution_id) DO UPDATE
            SET class = excluded.class, findings = excluded.findings, migrated = excluded.migrated
            """)
    }

    private static func findings(_ findings: [OrchestratorV1.MigrationFinding]) -> JSON {
        .array(
            findings.map { finding in
                var object: JSONObject = ["task": .string(finding.task), "reason": .string(finding.reason)]
                if !finding.suggestion.isEmpty { object["suggestion"] = .string(finding.suggestion) }
                return .object(object)
            })
    }
}
