import Core
import GatewayDomain
import Postgres

/// Who may call.
enum APIKeyStore {
    static func caller(hash: String, on pool: PostgresPool) async throws -> Caller? {
        let rows = try await pool.query(
            "SELECT tenant, name, roles FROM api_keys WHERE hash = \(hash) AND revoked_at IS NULL")
        return try rows.first.map { row in
            Caller(tenant: try row.string("tenant"), name: try row.string("name"), roles: try row.strings("roles"))
        }
    }

    /// Adds a key, or brings its name and roles up to date; one that was revoked stays revoked.
    static func put(hash: String, _ caller: Caller, now: Instant, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            INSERT INTO api_keys (hash, tenant, name, roles, created_at)
            VALUES (\(hash), \(caller.tenant), \(caller.name), \(caller.roles), \(now))
            ON CONFLICT (hash) DO UPDATE SET name = excluded.name, roles = excluded.roles
            """)
    }
}
