import Postgres
import TestKit
import Testing

@Suite("Postgres: a server that dies and comes back", .timeLimit(.minutes(5)))
struct ReconnectTests {
    @Test("The work under way fails with an error that says: try again; the next work succeeds")
    func restart() async throws {
        let server = try await TestServers.shared.blocking { try PostgresServer() }
        let pool = PostgresPool(PostgresConfiguration(url: server.url, maximum: 2))
        _ = try await pool.query("SELECT 1 AS x")
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                _ = try await connection.query("SELECT 1 AS x")
                try await TestServers.shared.blocking { server.crash() }
                _ = try await connection.query("SELECT 2 AS x")
            }
        }
        #expect(error?.isRetriable == true)
        let away = await #expect(throws: PostgresError.self) { _ = try await pool.query("SELECT 1 AS x") }
        #expect(away?.code == .unavailable)
        try await TestServers.shared.blocking { server.start() }
        try await eventually { ((try? await pool.query("SELECT 3 AS x")) ?? []).count == 1 }
        await pool.close()
        try await TestServers.shared.blocking { server.stop() }
    }

    @Test("A session that the server ended while nobody used it is replaced, and nobody is told")
    func ended() async throws {
        try await withTestDatabase { pool in
            let other = PostgresPool(pool.configuration)
            for _ in 0..<20 {
                let id = try #require(try await pool.query("SELECT pg_backend_pid() AS id").first?.int("id"))
                try await other.execute("SELECT pg_terminate_backend(\(id)::int)")
                try await eventually {
                    try await other.query("SELECT FROM pg_stat_activity WHERE pid = \(id)::int").isEmpty
                }
                try await pool.transaction { _ = try await $0.query("SELECT 1 AS x") }
            }
            await other.close()
        }
    }

    @Test("A session is used again and again, after statements, transactions and failures")
    func kept() async throws {
        try await withTestDatabase { pool in
            func session() async throws -> Int? {
                try await pool.query("SELECT pg_backend_pid() AS id").first?.int("id")
            }
            let first = try await session()
            try await pool.transaction { connection in
                connection.perform("SET LOCAL lock_timeout = 1000")
                _ = try await connection.query("SELECT 1 AS x")
            }
            #expect(try await session() == first)
            await #expect(throws: PostgresError.self) { try await pool.execute("SELECT 1 / \(0)") }
            #expect(try await session() == first)
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    connection.perform("SELECT 1 / \(0)")
                    _ = try await connection.query("SELECT 1 AS x")
                }
            }
            #expect(try await session() == first)
        }
    }
}
