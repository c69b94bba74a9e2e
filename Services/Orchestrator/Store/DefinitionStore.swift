import Core
import Postgres
import Workflow

/// The table of definitions.
struct DefinitionStore {
    let connection: PostgresConnection

    /// A version of a tenant.
    struct Key: Sendable, Hashable {
        var tenant: String
        var reference: DefinitionReference
    }

    /// Adds a version; false when it is there already, with whatever content.
    func insert(_ key: Key, digest: String, document: [UInt8], actor: String, now: Instant) async throws -> Bool {
        let reference = key.reference
        return try await connection.execute(
            """
            INSERT INTO definitions
                (tenant, namespace, name, version, digest, document, registered_by, registered_at)
            VALUES (\(key.tenant), \(reference.namespace), \(reference.name), \(reference.version), \(digest),
                \(document), \(actor), \(now))
            ON CONFLICT (tenant, namespace, name, version) DO NOTHING
            """) == 1
    }

    /// The digest of a version; nil when there is none.
    func digest(_ key: Key) async throws -> String? {
        let reference = key.reference
        return try await connection.query(
            """
            SELECT digest FROM definitions WHERE tenant = \(key.tenant) AND namespace = \(reference.namespace)
                AND name = \(reference.name) AND version = \(reference.version)
            """
        ).first?.string("digest")
    }

    /// Asks for all versions of a definition, with the next statement.
    func askVersions(of key: Key) -> PostgresAnswer {
        connection.ask(
            """
            SELECT version FROM definitions
            WHERE tenant = \(key.tenant) AND namespace = \(key.reference.namespace) AND name = \(key.reference.name)
            """)
    }

    /// The versions that `askVersions` has found.
    func versions(_ answer: PostgresAnswer) async throws -> [String] {
        try await connection.rows(of: answer).map { try $0.string("version") }
    }

    /// The documents of those of `keys` that exist.
    func documents(_ keys: [Key]) async throws -> [(key: Key, document: [UInt8])] {
        guard !keys.isEmpty else { return [] }
        let references = keys.map(\.reference)
        let rows = try await connection.query(
            """
            SELECT tenant, namespace, name, version, document FROM definitions
            WHERE (tenant, namespace, name, version) IN (
                SELECT * FROM unnest(
                    \(keys.map(\.tenant)), \(references.map(\.namespace)), \(references.map(\.name)),
                    \(references.map(\.version))))
            """)
        return try rows.map { row in
            let reference = DefinitionReference(
                namespace: try row.string("namespace"), name: try row.string("name"),
                version: try row.string("version"))
            return (Key(tenant: try row.string("tenant"), reference: reference), try row.bytes("document"))
        }
    }
}
