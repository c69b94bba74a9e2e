import Postgres
import TestKit
import Testing

@Suite("Postgres: a server that dies and comes back", .timeLimit(.minutes(2)))
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
}
