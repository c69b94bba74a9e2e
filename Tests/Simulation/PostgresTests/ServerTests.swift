import Core
import Lifecycle
import Postgres
import SimulatedPostgres
import Synchronization
import Testing

/// Sessions that meet, and what goes wrong on command.
@Suite struct SimulatedPostgresServerTests {
    private let server: SimulatedPostgres
    private let executor = ThreadExecutor(name: "simulation")

    init() throws {
        server = SimulatedPostgres { moment(0) }
        try server.migrate([
            Migration(
                name: "V0001", sql: "CREATE TABLE things (id text PRIMARY KEY, size bigint NOT NULL DEFAULT 0)")
        ])
    }

    private func session(_ process: String = "p") throws -> any PostgresSession {
        try server.sessions(of: process, on: executor).open(PostgresConfiguration(url: "simulated"))
    }

    private func sizes() throws -> [String] {
        try server.query("SELECT id, size FROM things ORDER BY id").map { row in
            "\(try row.string("id"))=\(try row.int("size"))"
        }
    }

    private func failure(_ body: () throws -> Void) -> PostgresError? {
        do { try body() } catch { return error as? PostgresError }
        return nil
    }

    @Test func `what is not committed nobody else sees, and a crash takes it away`() throws {
        let (one, other) = (try session("one"), try session("other"))
        _ = try one.run("BEGIN")
        _ = try one.run("INSERT INTO things VALUES ('a', 1)")
        #expect(try one.run("SELECT FROM things").count == 1)
        #expect(try other.run("SELECT FROM things").count == 0)
        let before = server.digest
        server.crash("one")
        #expect(!one.isAlive)
        #expect(failure { _ = try one.run("COMMIT") }?.code == .connectionLost)
        #expect(try other.run("INSERT INTO things VALUES ('a', 2)").affected == 1)
        #expect(try sizes() == ["a=2"])
        #expect(server.digest != before)
    }

    @Test func `a session that its connection drops lets go of its locks`() throws {
        let other = try session()
        _ = try other.run("INSERT INTO things VALUES ('a', 1)")
        var one: (any PostgresSession)? = try session()
        _ = try one?.run("BEGIN; SELECT pg_advisory_lock(7); SELECT FROM things FOR UPDATE")
        #expect(failure { _ = try other.run("UPDATE things SET size = 2") }?.sqlState == "55P03")
        #expect(try other.run("SELECT FROM things FOR UPDATE SKIP LOCKED").count == 0)
        #expect(try free(other) == false)
        one = nil
        #expect(try other.run("UPDATE things SET size = 2").affected == 1)
        #expect(try free(other))
    }

    private func free(_ session: any PostgresSession) throws -> Bool {
        let result = try session.run("SELECT pg_try_advisory_xact_lock(7) AS free" as SQL)
        return try PostgresRow(result: result, index: 0).bool("free")
    }

    @Test func `a savepoint takes back what came after it, and a failure with it`() throws {
        let one = try session()
        _ = try one.run("BEGIN; INSERT INTO things VALUES ('a', 1); SAVEPOINT s; UPDATE things SET size = 2")
        _ = try one.run("ROLLBACK TO SAVEPOINT s")
        #expect(try one.run("SELECT FROM things WHERE size = 1").count == 1)
        #expect(failure { _ = try one.run("INSERT INTO things VALUES ('a', 3)") }?.code == .uniqueViolation)
        #expect(failure { _ = try one.run("SELECT FROM things") }?.code == .aborted)
        _ = try one.run("ROLLBACK TO SAVEPOINT s; RELEASE SAVEPOINT s; INSERT INTO things (id) VALUES ('b'); COMMIT")
        #expect(try sizes() == ["a=1", "b=0"])
    }

    @Test func `a commit after a failure rolls back and says so`() throws {
        let one = try session()
        _ = try one.run("BEGIN; INSERT INTO things VALUES ('a', 1)")
        _ = failure { _ = try one.run("INSERT INTO things VALUES ('a', 1)") }
        #expect(try one.run("COMMIT").command == "ROLLBACK")
        #expect(try sizes() == [])
    }

    @Test(arguments: [
        (SimulatedPostgres.Point.Step.statement, false), (.commit, false), (.committed, true),
    ]) func `a connection that is lost before, in and after a commit`(
        _ step: SimulatedPostgres.Point.Step, _ isThere: Bool
    ) throws {
        for isAlone in [true, false] {
            let one = try session()
            _ = try one.run("DELETE FROM things")
            server.setSins { $0.step == step ? .connectionLost : nil }
            let error = failure {
                if !isAlone { _ = try one.run("BEGIN") }
                _ = try one.run("INSERT INTO things VALUES ('a', 1)")
                if !isAlone { _ = try one.run("COMMIT") }
            }
            server.setSins(nil)
            #expect(error?.code == .connectionLost)
            #expect(error?.isRetriable == true)
            #expect(!one.isAlive)
            #expect(try sizes() == (isThere ? ["a=1"] : []))
        }
    }

    @Test(arguments: [
        (SimulatedPostgres.Sin.serializationFailure, PostgresError.Code.serializationFailure), (.deadlock, .deadlock),
        (.timeout, .timeout), (.tooManyConnections, .insufficientResources),
    ]) func `other sins fail the transaction and leave the session`(
        _ sin: SimulatedPostgres.Sin, _ code: PostgresError.Code
    ) throws {
        for step in [SimulatedPostgres.Point.Step.statement, .commit] {
            let one = try session()
            server.setSins { $0.step == step ? sin : nil }
            #expect(failure { _ = try one.run("INSERT INTO things VALUES ('a', 1)") }?.code == code)
            server.setSins(nil)
            #expect(one.isAlive && one.isIdle)
            #expect(try sizes() == [])
        }
        server.setSins { $0.step == .connect ? sin : nil }
        #expect(failure { _ = try session() }?.code == code)
    }

    @Test func `a commit whose answer is lost may come later, and holds its rows until then`() throws {
        let (one, other) = (try session(), try session())
        _ = try one.run("INSERT INTO things VALUES ('a', 1)")
        server.setSins { $0.step == .commit ? .commitLater : nil }
        #expect(failure { _ = try one.run("UPDATE things SET size = 2") }?.code == .connectionLost)
        server.setSins(nil)
        #expect(try sizes() == ["a=1"])
        #expect(failure { _ = try other.run("UPDATE things SET size = 3") }?.sqlState == "55P03")
        server.finishCommits()
        #expect(try sizes() == ["a=2"])
        #expect(try other.run("UPDATE things SET size = 3").affected == 1)
    }

    @Test func `what an open transaction has added and removed holds its key until the end`() throws {
        let (one, other) = (try session(), try session())
        _ = try one.run("BEGIN")
        _ = try one.run("INSERT INTO things VALUES ('a', 1)")
        _ = try one.run("DELETE FROM things")
        #expect(failure { _ = try other.run("INSERT INTO things VALUES ('a', 2)") }?.sqlState == "55P03")
        _ = try one.run("COMMIT")
        #expect(try other.run("INSERT INTO things VALUES ('a', 2)").affected == 1)
    }

    @Test func `statements that go together are one transaction`() throws {
        let one = try session()
        #expect(failure { _ = try one.run(all: Self.pair("a", "a")) }?.code == .uniqueViolation)
        #expect(one.isIdle)
        #expect(try sizes() == [])
        _ = try one.run(all: Self.pair("a", "b"))
        _ = try one.run(all: ["BEGIN"] + Self.pair("c", "d") + ["ROLLBACK"])
        #expect(try sizes() == ["a=1", "b=1"])
    }

    private static func pair(_ first: String, _ second: String) -> [SQL] {
        ["INSERT INTO things VALUES (\(first), 1)", "INSERT INTO things VALUES (\(second), 1)"]
    }

    @Test func `a transaction that has ended says how`() throws {
        let (one, other) = (try session(), try session())
        _ = try one.run("BEGIN")
        let result = try one.run("SELECT pg_current_xact_id()::text AS id" as SQL)
        let id = try PostgresRow(result: result, index: 0).string("id")
        func status() throws -> String {
            let result = try other.run("SELECT pg_xact_status(\(id)::xid8) AS status" as SQL)
            return try PostgresRow(result: result, index: 0).string("status")
        }
        #expect(try status() == "in progress")
        _ = try one.run("ROLLBACK")
        #expect(try status() == "aborted")
    }

    @Test func `an unknown statement is named, not guessed`() throws {
        let error = failure { _ = try session().run("SELECT size FROM things GROUP BY size HAVING size > 1") }
        #expect(error?.code == .statement)
        #expect(error?.statement?.contains("HAVING") == true)
    }

    @Test func `a statement within a pool's transaction runs on the given executor after its pause`() async throws {
        let pauses = Mutex(0)
        let sessions = server.sessions(of: "p", on: executor) { pauses.withLock { $0 += 1 } }
        let pool = PostgresPool(PostgresConfiguration(url: "simulated"), sessions: sessions)
        try await pool.transaction { connection in
            try await connection.execute("INSERT INTO things VALUES ('a', \(1))")
            _ = try? await connection.savepoint { try await connection.execute("INSERT INTO things (id) VALUES ('a')") }
            try await connection.execute("INSERT INTO things (id) VALUES (\("b"))")
        }
        #expect(try sizes() == ["a=1", "b=0"])
        #expect(pauses.withLock { $0 } == 3)
        await pool.close()
        executor.stop()
    }
}
