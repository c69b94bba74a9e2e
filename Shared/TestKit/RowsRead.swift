public import Postgres

extension PostgresPool {
    /// How many rows of `table`, and entries of its indexes, `body` makes the server read. It gets a pool of one
    /// connection, whose counts the server has taken in when this returns.
    public func rowsRead(of table: String, _ body: (PostgresPool) async throws -> Void) async throws -> Int {
        var configuration = configuration
        configuration.maximum = 1
        let pool = PostgresPool(configuration)
        func count() async throws -> Int {
            try await pool.execute("SELECT pg_stat_force_next_flush()")
            return try await pool.query(
                """
                SELECT seq_tup_read + (
                    SELECT sum(idx_tup_read) FROM pg_stat_user_indexes AS i WHERE i.relid = t.relid)::bigint AS n
                FROM pg_stat_user_tables AS t WHERE relid = \(table)::regclass
                """)[0].int("n")
        }
        do {
            let before = try await count()
            try await body(pool)
            let after = try await count()
            await pool.close()
            return after - before
        } catch {
            await pool.close()
            throw error
        }
    }
}
