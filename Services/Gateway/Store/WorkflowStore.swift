import Core
import GatewayDomain
import Postgres

/// Versions of workflow definitions.
enum WorkflowStore {
    /// What became of an attempt to add a version.
    enum Addition: Sendable {
        case added
        /// The very same document stands there.
        case same(DocumentVersion)
        case taken
    }

    private static let columns: SQL =
        "namespace, name, version, digest, document, status, rejection, command_id, created_at"

    static func add(
        _ version: DocumentVersion, tenant: String, on connection: PostgresConnection
    ) async throws -> Addition {
        let added = try await connection.execute(
            """
            INSERT INTO workflows (tenant, namespace, name, version, digest, document, status, command_id, created_at)
            VALUES (\(tenant), \(version.namespace), \(version.name), \(version.version), \(version.digest),
                \(version.document), 'pending', \(version.commandID), \(version.createdAt))
            ON CONFLICT (tenant, namespace, name, version) DO UPDATE
            SET digest = excluded.digest, document = excluded.document, status = 'pending', rejection = NULL,
                command_id = excluded.command_id, created_at = excluded.created_at
            WHERE workflows.status = 'rejected'
            """)
        if added == 1 { return .added }
        let present = try await find(
            version.namespace, version.name, version.version, tenant: tenant, on: connection)
        return present.flatMap { $0.digest == version.digest ? .same($0) : nil } ?? .taken
    }

    /// One version, with its document.
    static func find(
        _ namespace: String, _ name: String, _ version: String, tenant: String, on pool: any Querying
    ) async throws -> DocumentVersion? {
        try await pool.query(
            """
            SELECT \(columns) FROM workflows
            WHERE tenant = \(tenant) AND namespace = \(namespace) AND name = \(name) AND version = \(version)
            """
        ).first.map { try DocumentVersion($0) }
    }

    /// A version without its document: enough to choose one.
    struct Standing: Sendable {
        var version: String
        var status: String
    }

    /// All versions that a `VersionSelector` of this text may choose among, last added first.
    static func standings(
        _ namespace: String, _ name: String, for text: String, tenant: String, on pool: any Querying
    ) async throws -> [Standing] {
        let only: SQL = SemanticVersion(text).map { "AND version = \($0.description)" } ?? ""
        return try await pool.query(
            """
            SELECT version, status FROM workflows
            WHERE tenant = \(tenant) AND namespace = \(namespace) AND name = \(name) \(only)
            ORDER BY created_at DESC, version DESC
            """
        ).map { Standing(version: try $0.string("version"), status: try $0.string("status")) }
    }

    static func page(
        tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [DocumentVersion] {
        let after: SQL =
            cursor.map { "AND (created_at, namespace || '/' || name || ':' || version) < (\($0.time), \($0.id))" } ?? ""
        return try await pool.query(
            """
            SELECT \(columns) FROM workflows WHERE tenant = \(tenant) \(after)
            ORDER BY created_at DESC, namespace || '/' || name || ':' || version DESC LIMIT \(limit)
            """
        ).map { try DocumentVersion($0) }
    }

    /// The orchestrator has spoken; without a rejection the version is registered.
    static func settle(
        commandID: String, rejection: JSON?, on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE workflows SET status = \(rejection == nil ? "registered" : "rejected"), rejection = \(rejection)
            WHERE command_id = \(commandID) AND status = 'pending'
            """)
    }
}
