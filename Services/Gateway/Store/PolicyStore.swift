import Core
import GatewayDomain
import Postgres

/// Versions of policies.
enum PolicyStore {
    /// What became of an attempt to add a version.
    enum Addition: Sendable {
        case added
        /// The very same document stands there.
        case same(DocumentVersion)
        case taken
    }

    private static let columns: SQL =
        "'' AS namespace, name, version, digest, document, status, rejection, command_id, created_at"

    static func add(
        _ version: DocumentVersion, tenant: String, on connection: PostgresConnection
    ) async throws -> Addition {
        let added = try await connection.execute(
            """
            INSERT INTO policies (tenant, name, version, digest, document, status, command_id, created_at)
            VALUES (\(tenant), \(version.name), \(version.version), \(version.digest),
                \(version.document), 'pending', \(version.commandID), \(version.createdAt))
            ON CONFLICT (tenant, name, version) DO UPDATE
            SET digest = excluded.digest, document = excluded.document, status = 'pending', rejection = NULL,
                command_id = excluded.command_id, created_at = excluded.created_at
            WHERE policies.status = 'rejected'
            """)
        if added == 1 { return .added }
        let present = try await find(version.name, version.version, tenant: tenant, on: connection)
        return present.flatMap { $0.digest == version.digest ? .same($0) : nil } ?? .taken
    }

    /// One version.
    static func find(
        _ name: String, _ version: String, tenant: String, on pool: any Querying
    ) async throws -> DocumentVersion? {
        try await pool.query(
            """
            SELECT \(columns) FROM policies
            WHERE tenant = \(tenant) AND name = \(name) AND version = \(version)
            """
        ).first.map { try DocumentVersion($0) }
    }

    static func page(
        tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [DocumentVersion] {
        let after: SQL =
            cursor.map { "AND (created_at, name || ':' || version) < (\($0.time), \($0.id))" } ?? ""
        return try await pool.query(
            """
            SELECT \(columns) FROM policies WHERE tenant = \(tenant) \(after)
            ORDER BY created_at DESC, name || ':' || version DESC LIMIT \(limit)
            """
        ).map { try DocumentVersion($0) }
    }

    /// The policy service has spoken; without a rejection the version is registered.
    static func settle(
        commandID: String, rejection: JSON?, on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE policies SET status = \(rejection == nil ? "registered" : "rejected"), rejection = \(rejection)
            WHERE command_id = \(commandID) AND status = 'pending'
            """)
    }
}
