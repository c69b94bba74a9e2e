import Core
import Postgres
import Synchronization
import TestKit
import Testing

@Suite("Postgres against a server", .timeLimit(.minutes(5)))
struct PostgresTests {
    @Test("Values of every kind come back as they went")
    func roundTrip() async throws {
        try await withTestDatabase { pool in
            let instant = Instant(microseconds: 1_700_000_000_123_456)
            let json: JSON = ["a": [1, 2.5, nil], "b": "ü"]
            let missing: String? = nil
            let rows = try await pool.query(
                """
                SELECT \("täxt") AS s, \(Int64.max) AS i, \(Int32.min) AS i4, \(true) AS b, \(1.25) AS d,
                       \([0, 255] as [UInt8]) AS y, \(instant) AS t, \(json) AS j, \(missing) AS n,
                       \(["a", "b"]) AS ss, \([1, -2] as [Int64]) AS ii, \([[1], []] as [[UInt8]]) AS yy,
                       12345.6700::numeric AS num, -0.00042::numeric AS small, sum(x) AS total,
                       '00112233-4455-6677-8899-aabbccddeeff'::uuid AS u, '{}'::text[] AS empty
                FROM unnest(\([40, 2])) AS x
                """)
            let row = try #require(rows.first)
            #expect(try row.string("s") == "täxt")
            #expect(try row.int64("i") == .max)
            #expect(try row.int32("i4") == .min)
            #expect(try row.bool("b"))
            #expect(try row.double("d") == 1.25)
            #expect(try row.bytes("y") == [0, 255])
            #expect(try row.instant("t") == instant)
            #expect(try row.json("j") == json)
            #expect(try row.optionalString("n") == nil)
            #expect(try row.strings("ss") == ["a", "b"])
            #expect(try row.int64s("ii") == [1, -2])
            #expect(try row.byteStrings("yy") == [[1], []])
            #expect(try row.string("num") == "12345.6700")
            #expect(try row.double("small") == -0.00042)
            #expect(try row.int("total") == 42)
            #expect(try row.string("u") == "00112233-4455-6677-8899-aabbccddeeff")
            #expect(try row.strings("empty") == [])
            #expect(throws: PostgresError.self) { try row.string("n") }
            #expect(throws: PostgresError.self) { try row.int("s") }
            #expect(throws: PostgresError.self) { try row.int("absent") }
        }
    }

    @Test("A transaction that throws leaves nothing; one that returns leaves all")
    func transactions() async throws {
        try await withTestDatabase { pool in
            try await pool.execute("CREATE TABLE t (id bigint PRIMARY KEY)")
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                try await pool.transaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (\(1))")
                    throw Stop()
                }
            }
            try await pool.transaction { connection in
                let done = try await connection.execute("INSERT INTO t SELECT unnest(\([2, 3]))")
                #expect(done == 2)
            }
            let rows = try await pool.query("SELECT id FROM t ORDER BY id")
            #expect(try rows.map { try $0.int("id") } == [2, 3])
        }
    }

    @Test("A savepoint undoes its own part only, also when nested")
    func savepoints() async throws {
        try await withTestDatabase { pool in
            try await pool.execute("CREATE TABLE t (id bigint PRIMARY KEY)")
            try await pool.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                try await connection.savepoint {
                    try await connection.execute("INSERT INTO t VALUES (2)")
                    let error = await #expect(throws: PostgresError.self) {
                        try await connection.savepoint {
                            try await connection.execute("INSERT INTO t VALUES (3)")
                            try await connection.execute("INSERT INTO t VALUES (1)")
                        }
                    }
                    #expect(error?.code == .uniqueViolation)
                    #expect(error?.constraint == "t_pkey")
                }
            }
            let rows = try await pool.query("SELECT id FROM t ORDER BY id")
            #expect(try rows.map { try $0.int("id") } == [1, 2])
        }
    }

    @Test("A failed statement that is swallowed makes the commit fail, not lie")
    func aborted() async throws {
        try await withTestDatabase { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in _ = try? await connection.query("SELECT 1/0 AS x") }
            }
            #expect(error?.code == .aborted)
            let rows = try await pool.query("SELECT 1 AS x")
            #expect(rows.count == 1)
        }
    }

    @Test("Cancelling the task stops the statement on the server and leaves the connection usable")
    func cancellation() async throws {
        try await withTestDatabase(maximum: 1) { pool in
            let started = ContinuousClock.now
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { _ = try await pool.query("SELECT pg_sleep(250)") }
                }
                // Wait on the server's own view that it runs, then cancel.
                try? await eventually { try await isSleeping() }
                group.cancelAll()
            }
            #expect(started.duration(to: .now) < .seconds(200))
            let rows = try await pool.query("SELECT 1 AS x")
            #expect(try rows[0].int("x") == 1)
        }
        func isSleeping() async throws -> Bool {
            let admin = PostgresPool(PostgresConfiguration(url: try await TestServers.shared.postgresURL(), maximum: 1))
            let rows = try await admin.query(
                "SELECT 1 AS x FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(250)%' AND state = 'active'")
            await admin.close()
            return !rows.isEmpty
        }
    }

    @Test("Who waits for a connection and is cancelled leaves the line")
    func cancelledWaiter() async throws {
        try await withTestDatabase(maximum: 1) { pool in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.query("SELECT 1 AS x") }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { _ = try await waiter.value }
            }
            let rows = try await pool.query("SELECT 2 AS x")
            #expect(try rows[0].int("x") == 2)
        }
    }

    @Test("A statement beyond its time is stopped")
    func statementTimeout() async throws {
        try await withTestDatabase { pool in
            var configuration = pool.configuration
            configuration.statementTimeout = .milliseconds(50)
            let impatient = PostgresPool(configuration)
            let error = await #expect(throws: PostgresError.self) {
                _ = try await impatient.query("SELECT pg_sleep(10)")
            }
            #expect(error?.code == .timeout)
            #expect(error?.isRetriable == true)
            await impatient.close()
        }
    }

    @Test("A deadlock is broken with an error that says: try again")
    func deadlock() async throws {
        try await withTestDatabase { pool in
            try await pool.execute("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)")
            try await pool.execute("INSERT INTO t VALUES (1, 0), (2, 0)")
            let codes: [PostgresError.Code] = await withTaskGroup(of: PostgresError.Code?.self) { group in
                for order in [[1, 2], [2, 1]] {
                    group.addTask {
                        do {
                            try await pool.transaction { connection in
                                try await connection.execute("UPDATE t SET n = n + 1 WHERE id = \(order[0])")
                                try await connection.execute("SELECT pg_sleep(0.3)")
                                try await connection.execute("UPDATE t SET n = n + 1 WHERE id = \(order[1])")
                            }
                            return nil
                        } catch { return (error as? PostgresError)?.code }
                    }
                }
                return await group.compactMap { $0 }.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == [.deadlock])
        }
    }

    @Test("After more work than connections all of it is done, and no more connections were opened")
    func poolLimit() async throws {
        try await withTestDatabase(maximum: 3) { pool in
            let pids = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<60 {
                    group.addTask { try await pool.query("SELECT pg_backend_pid() AS pid")[0].int("pid") }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(pids.count <= 3)
        }
    }

    @Test("A plan made stale by a changed table is made anew")
    func stalePlan() async throws {
        try await withTestDatabase(maximum: 1) { pool in
            try await pool.execute("CREATE TABLE t (id bigint)")
            _ = try await pool.query("SELECT * FROM t")
            try await pool.execute("ALTER TABLE t ADD COLUMN name text")
            let error = await #expect(throws: PostgresError.self) { _ = try await pool.query("SELECT * FROM t") }
            #expect(error?.isRetriable == true)
            let rows = try await pool.query("SELECT * FROM t")
            #expect(rows.isEmpty)
        }
    }
}
