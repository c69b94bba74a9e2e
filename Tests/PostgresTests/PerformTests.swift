import Postgres
import TestKit
import Testing

@Suite("Statements that go with the next one", .timeLimit(.minutes(5)))
struct PerformTests {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
        try await withTestDatabase { pool in
            try await pool.execute("CREATE TABLE t (id bigint PRIMARY KEY)")
            try await body(pool)
        }
    }

    private func ids(_ pool: PostgresPool) async throws -> [Int] {
        try await pool.query("SELECT id FROM t ORDER BY id").map { try $0.int("id") }
    }

    @Test("They run in their order, before what is awaited and with the commit")
    func order() async throws {
        try await withTable { pool in
            try await pool.transaction { connection in
                connection.perform("INSERT INTO t VALUES (\(1))")
                connection.perform("UPDATE t SET id = id + \(1)")
                let seen = try await connection.query("SELECT id FROM t").map { try $0.int("id") }
                #expect(seen == [2])
                connection.perform("INSERT INTO t VALUES (\(9))")
            }
            #expect(try await ids(pool) == [2, 9])
        }
    }

    @Test("What is asked ahead is answered with the next statement, even one that fails, or when it is looked at")
    func answers() async throws {
        try await withTable { pool in
            try await pool.transaction { connection in
                func ids(_ answer: PostgresAnswer) async throws -> [Int] {
                    try await connection.rows(of: answer).map { try $0.int("id") }
                }
                let first = connection.ask("INSERT INTO t VALUES (\(1)) RETURNING id")
                await #expect(throws: PostgresError.self) {
                    try await connection.savepoint { try await connection.execute("INSERT INTO t VALUES (\(1))") }
                }
                var seen = try await [ids(first)]
                let second = connection.ask("UPDATE t SET id = id + \(1) RETURNING id")
                _ = try await connection.query("SELECT 1")
                seen += try await [ids(second), ids(first)]
                seen.append(try await ids(connection.ask("SELECT id FROM t")))
                #expect(seen == [[1], [2], [1], [2]])
            }
            #expect(try await ids(pool) == [2])
        }
    }

    @Test("One that fails fails what it goes with, and all is undone")
    func failure() async throws {
        try await withTable { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    connection.perform("INSERT INTO t VALUES (\(1))")
                    connection.perform("INSERT INTO t VALUES (\(1))")
                    connection.perform("INSERT INTO t VALUES (\(2))")
                }
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.statement?.contains("INSERT INTO t") == true)
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    connection.perform("INSERT INTO t VALUES (\(1))")
                    connection.perform("INSERT INTO absent VALUES (\(1))")
                    _ = try await connection.query("SELECT 1")
                }
            }
            #expect(try await ids(pool) == [])
            // The connection is as good as new.
            try await pool.transaction { $0.perform("INSERT INTO t VALUES (\(3))") }
            #expect(try await ids(pool) == [3])
        }
    }

    @Test("A savepoint undoes those of its own, sent or not, and fails for them")
    func savepoint() async throws {
        try await withTable { pool in
            try await pool.transaction { connection in
                connection.perform("INSERT INTO t VALUES (\(1))")
                await #expect(throws: Stop.self) {
                    try await connection.savepoint {
                        connection.perform("INSERT INTO t VALUES (\(2))")
                        throw Stop()
                    }
                }
                await #expect(throws: Stop.self) {
                    try await connection.savepoint {
                        connection.perform("INSERT INTO t VALUES (\(3))")
                        try await connection.execute("INSERT INTO t VALUES (\(4))")
                        throw Stop()
                    }
                }
                await #expect(throws: PostgresError.self) {
                    try await connection.savepoint { connection.perform("INSERT INTO t VALUES (\(1))") }
                }
                try await connection.savepoint {
                    connection.perform("INSERT INTO t VALUES (\(5))")
                    await #expect(throws: Stop.self) {
                        try await connection.savepoint {
                            connection.perform("INSERT INTO t VALUES (\(6))")
                            throw Stop()
                        }
                    }
                }
            }
            #expect(try await ids(pool) == [1, 5])
        }
    }

    @Test("Outside of a transaction they run before the connection is given back; after an error not at all")
    func loan() async throws {
        try await withTable { pool in
            try await pool.withConnection { $0.perform("INSERT INTO t VALUES (\(1))") }
            #expect(try await ids(pool) == [1])
            await #expect(throws: Stop.self) {
                try await pool.withConnection { connection in
                    connection.perform("INSERT INTO t VALUES (\(2))")
                    throw Stop()
                }
            }
            #expect(try await ids(pool) == [1])
        }
    }

    @Test("Many and large ones in one go")
    func large() async throws {
        try await withTable { pool in
            try await pool.transaction { connection in
                for start in 0..<200 {
                    connection.perform("INSERT INTO t SELECT unnest(\((0..<500).map { start * 500 + $0 }))")
                }
            }
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 100_000)
        }
    }

    @Test("Statements by key go by index, whatever the statistics say")
    func plans() async throws {
        try await withTable { pool in
            var configuration = pool.configuration
            configuration.plans = .byIndex
            let own = PostgresPool(configuration)
            try await own.execute("INSERT INTO t SELECT unnest(\(Array(0..<50)))")
            let plan = try await own.query("EXPLAIN SELECT id FROM t WHERE id = ANY(\([7, 8]))")
                .map { try $0.string("QUERY PLAN") }
            await own.close()
            #expect(plan.joined().contains("Index"))
        }
    }
}
