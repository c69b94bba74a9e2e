import Postgres

/// What the Postgres server has done since it was made.
struct ServerCounters: Sendable {
    /// Transactions that wrote something. Exact, unlike the server's statistics, which are told late.
    var writes: Int64
    /// Bytes of its log.
    var logBytes: Int64

    static func read(on pool: PostgresPool) async throws -> ServerCounters {
        let rows = try await pool.query(
            """
            SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS writes,
                   (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS log_bytes
            """)
        guard let row = rows.first else { throw BenchError("Postgres did not tell its counters") }
        return ServerCounters(writes: try row.int64("writes"), logBytes: try row.int64("log_bytes"))
    }

    static func - (after: ServerCounters, before: ServerCounters) -> ServerCounters {
        ServerCounters(writes: after.writes - before.writes, logBytes: after.logBytes - before.logBytes)
    }
}
