import Glibc
public import Postgres
import Synchronization

/// Runs `body` with a schema and a role of its own, both named alike and dropped afterwards. The pool's search path is
/// that schema, then `public` (where the extension `vector` lives).
public func withTestDatabase<Value>(
    maximum: Int = 8, _ body: (PostgresPool) async throws -> Value
) async throws -> Value {
    let url = try await TestServers.shared.postgresURL()
    let admin = PostgresPool(PostgresConfiguration(url: url, maximum: 1))
    let name = "t\(getpid())_\(serial.add(1, ordering: .relaxed).newValue)_\(UInt16.random(in: 0 ... .max))"
    try await makeSchema(name, admin)
    let own = PostgresConfiguration(
        url: roleURL(url, name), maximum: maximum, searchPath: [name, "public"], applicationName: name)
    let pool = PostgresPool(own)
    do {
        let value = try await body(pool)
        await pool.close()
        await dropSchema(name, admin)
        return value
    } catch {
        await pool.close()
        await dropSchema(name, admin)
        throw error
    }
}

private let serial = Atomic(0)

private func makeSchema(_ name: String, _ admin: PostgresPool) async throws {
    try await admin.transaction { connection in
        // Tests start side by side, and creating an extension twice at once fails.
        _ = try await connection.query("SELECT pg_advisory_xact_lock(4711)")
        try await connection.execute("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
        try await connection.execute("CREATE ROLE \(identifier: name) LOGIN PASSWORD '\(unsafe: name)'")
        try await connection.execute("CREATE SCHEMA \(identifier: name) AUTHORIZATION \(identifier: name)")
    }
}

/// Leaves nothing behind, as far as it can; what a broken server keeps goes with the server.
private func dropSchema(_ name: String, _ admin: PostgresPool) async {
    _ = try? await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = \(name)")
    _ = try? await admin.execute("DROP SCHEMA \(identifier: name) CASCADE")
    _ = try? await admin.execute("DROP OWNED BY \(identifier: name) CASCADE")
    _ = try? await admin.execute("DROP ROLE \(identifier: name)")
    await admin.close()
}

/// `postgres://user@host/…` with another user.
private func roleURL(_ url: String, _ name: String) -> String {
    let rest = url.split(separator: "@", maxSplits: 1).last.map(String.init) ?? url
    return "postgres://\(name):\(name)@\(rest)"
}
