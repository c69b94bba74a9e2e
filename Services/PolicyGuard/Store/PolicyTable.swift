import Core
import PolicyGuardDomain
import Postgres

/// The table `policies`.
enum PolicyTable {
    /// The versions of each of these policies; a policy without any is left out.
    static func versions(
        of keys: [PolicyKey], on connection: PostgresConnection
    ) async throws -> [PolicyKey: PolicyVersions] {
        if keys.isEmpty { return [:] }
        let rows = try await connection.query(
            """
            SELECT tenant, name, version, digest, enabled FROM policies
            JOIN unnest(\(keys.map(\.tenant)), \(keys.map(\.name))) AS k(tenant, name) USING (tenant, name)
            """)
        var entries: [PolicyKey: [PolicyVersions.Entry]] = [:]
        for row in rows {
            guard let version = SemanticVersion(try row.string("version")) else {
                throw PolicyGuardError.unreadableRow(table: "policies")
            }
            let entry = PolicyVersions.Entry(
                version: version, digest: try row.string("digest"), enabled: try row.bool("enabled"))
            entries[PolicyKey(tenant: try row.string("tenant"), name: try row.string("name")), default: []].append(
                entry)
        }
        return entries.mapValues { PolicyVersions($0) }
    }

    /// The document of a version.
    static func document(
        _ key: PolicyKey, _ version: SemanticVersion, on connection: PostgresConnection
    ) async throws -> JSON? {
        let rows = try await connection.query(
            """
            SELECT document FROM policies
            WHERE tenant = \(key.tenant) AND name = \(key.name) AND version = \(version.description)
            """)
        return try rows.first?.json("document")
    }

    /// Adds a version; returns false when another process was first.
    static func insert(_ row: PolicyRow, on connection: PostgresConnection) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO policies (tenant, name, version, digest, document, registered_at, registered_by)
            VALUES (\(row.key.tenant), \(row.key.name), \(row.version.description), \(row.digest), \(row.document),
                \(row.registeredAt), \(row.registeredBy))
            ON CONFLICT DO NOTHING
            """) == 1
    }
}
