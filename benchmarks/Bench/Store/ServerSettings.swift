import Postgres

/// What the Postgres server promises, without which its rates mean nothing.
struct ServerSettings: Sendable {
    var summary: String

    static func read(at url: String) async throws -> ServerSettings {
        let pool = PostgresPool(PostgresConfiguration(url: url, maximum: 1))
        let rows = try await pool.query(
            """
            SELECT 'Postgres ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')
                || ', synchronous_commit ' || current_setting('synchronous_commit') AS summary
            """)
        await pool.close()
        return ServerSettings(summary: try rows.first?.string("summary") ?? "")
    }
}
