import Core
import OrchestratorDomain
import Postgres
import TestKit
import Testing

@testable import Orchestrator

@Suite(.timeLimit(.minutes(5))) struct TimerStoreTests {
    @Test func `a look for due timers reads no executions but theirs`() async throws {
        try await withStore { pool in
            try await pool.execute(
                """
                INSERT INTO timers (id, execution_id, due)
                SELECT 't' || n, 'e' || n, \(Self.now + .seconds(60)) FROM generate_series(1, 500) AS n
                """)
            // What the server believes of executions from now on: that there are none.
            try await pool.execute("VACUUM ANALYZE executions, timers")
            try await pool.execute(
                """
                INSERT INTO executions (id, tenant, namespace, name, version, status, sequence, state, updated_at)
                SELECT 'e' || n, 't', 'n', 'w', '1.0.0', 'waiting', 1, '', \(Self.now)
                FROM generate_series(1, 3000) AS n
                """)
            #expect(try await look(pool).read == 0)
            try await insert([("d2", "e700", 2), ("d1", "e800", 1), ("d3", "e900", 3)], pool)
            let found = try await look(pool)
            #expect(found.due == ["d1", "d2", "d3"])
            #expect((1...6).contains(found.read), "\(found.read) entries of executions read")
        }
    }

    @Test func `timers of executions that are gone do not fill the limit`() async throws {
        try await withStore { pool in
            try await pool.execute(
                """
                INSERT INTO executions (id, tenant, namespace, name, version, status, sequence, state, updated_at)
                VALUES ('e', 't', 'n', 'w', '1.0.0', 'waiting', 1, '', \(Self.now))
                """)
            try await insert((1...5).map { ("g\($0)", "gone\($0)", Int64($0)) } + [("b", "e", 6), ("a", "e", 6)], pool)
            #expect(try await look(pool, limit: 2).due == ["a", "b"])
            #expect(try await look(pool, limit: 1).due == ["a"])
        }
    }

    @Test func `a look goes on behind a timer, those of the same moment by name`() async throws {
        try await withStore { pool in
            try await pool.execute(
                """
                INSERT INTO executions (id, tenant, namespace, name, version, status, sequence, state, updated_at)
                VALUES ('e', 't', 'n', 'w', '1.0.0', 'waiting', 1, '', \(Self.now))
                """)
            try await insert([("z", "e", 1), ("a", "e", 2), ("b", "e", 2), ("c", "e", 2), ("A", "e", 3)], pool)
            let b = TimerPass.Position(due: Self.now - .seconds(58), id: "b")
            #expect(try await look(pool, after: b).due == ["c", "A"])
            #expect(try await look(pool, after: b, limit: 1).due == ["c"])
        }
    }

    private static let now = Instant(microseconds: 1_800_000_000_000_000)

    /// A database whose sessions plan as those of the service.
    private func withStore(_ body: (PostgresPool) async throws -> Void) async throws {
        try await withMigratedDatabase(OrchestratorMigrations.all) { pool in
            var configuration = pool.configuration
            configuration.plans = .byIndex
            let own = PostgresPool(configuration)
            try await body(own)
            await own.close()
        }
    }

    private func insert(_ timers: [(id: String, execution: String, due: Int64)], _ pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await TimerStore(connection: connection).insert(
                timers.map { timer in
                    .init(
                        id: timer.id, executionID: timer.execution,
                        due: Self.now - .seconds(60) + .seconds(timer.due))
                })
        }
    }

    /// The timers that are due, and how many entries of the executions' index, and rows without it, finding them read.
    private func look(
        _ pool: PostgresPool, after position: TimerPass.Position? = nil, limit: Int = 100
    ) async throws -> (due: [String], read: Int) {
        try await pool.transaction { connection in
            let before = try await Self.read(connection)
            let due = try await TimerStore(connection: connection).look(
                at: Self.now, after: position, limit: limit
            ).due
            return (due.map(\.id), try await Self.read(connection) - before)
        }
    }

    /// What the session has read of executions and not yet told the statistics of.
    private static func read(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            SELECT pg_stat_get_xact_tuples_returned('executions_pkey'::regclass)
                + pg_stat_get_xact_tuples_returned('executions'::regclass) AS count
            """)[0].int("count")
    }
}
