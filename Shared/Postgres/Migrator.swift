import Core

/// Brings a schema up to date: forward only, each change once, all of one run in one transaction under a lock, so that
/// replicas that start together do not meet.
///
/// The schema keeps a table `schema_migrations` of what was applied, with a checksum. An edited change, or a new one
/// that sorts before an applied one, is refused. Names that this program does not know are left alone: an older program
/// may start on a newer schema.
public struct Migrator: Sendable {
    private let schema: String
    private let set: String
    private let migrations: [Migration]

    /// The changes of one owner within a schema. `set` keeps several owners apart, such as the messaging tables and the
    /// service's own.
    public init(schema: String, set: String = "service", migrations: [Migration]) {
        (self.schema, self.set) = (schema, set)
        self.migrations = migrations.sorted { $0.name < $1.name }
    }

    /// Applies what is missing and returns the names of what it applied. Throws `PostgresError` with `.migration` when
    /// record and program disagree.
    @discardableResult
    public func run(on pool: PostgresPool) async throws -> [String] {
        try await pool.transaction { connection in
            try await connection.execute("SET LOCAL statement_timeout = 0")
            let key = Int64(bitPattern: stableHash("migrations of \(schema)"))
            _ = try await connection.query("SELECT pg_advisory_xact_lock(\(key))")
            try await prepare(connection)
            let applied = try await connection.query(
                "SELECT name, checksum FROM schema_migrations WHERE owner = \(set) ORDER BY name")
            var checksums: [String: String] = [:]
            for row in applied { checksums[try row.string("name")] = try row.string("checksum") }
            return try await apply(connection, checksums)
        }
    }

    private func prepare(_ connection: PostgresConnection) async throws {
        let known = try await connection.query("SELECT 1 AS one FROM pg_namespace WHERE nspname = \(schema)")
        if known.isEmpty { try await connection.execute("CREATE SCHEMA \(identifier: schema)") }
        try await connection.execute("SET LOCAL search_path = \(identifier: schema), public")
        try await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                owner text NOT NULL, name text NOT NULL, checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, name))
            """)
    }

    private func apply(_ connection: PostgresConnection, _ checksums: [String: String]) async throws -> [String] {
        var done: [String] = []
        let last = checksums.keys.max()
        for migration in migrations {
            let checksum = String(stableHash(migration.sql), radix: 16)
            if let known = checksums[migration.name] {
                guard known == checksum else {
                    throw PostgresError(.migration, "\(migration.name) was edited after it had been applied")
                }
                continue
            }
            if let last, migration.name < last {
                throw PostgresError(.migration, "\(migration.name) sorts before \(last), which is applied already")
            }
            try await connection.executeScript(migration.sql)
            try await connection.execute(
                "INSERT INTO schema_migrations (owner, name, checksum) VALUES (\(set), \(migration.name), \(checksum))")
            done.append(migration.name)
        }
        return done
    }
}
