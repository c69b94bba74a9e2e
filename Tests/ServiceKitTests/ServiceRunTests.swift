import Configuration
import Core
import Foundation
import HTTP
import Lifecycle
import Messaging
import Postgres
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

/// Notes that it ran, and waits.
private struct Member: Service {
    let started = Shutdown()
    let stopped = Shutdown()

    func run(_ shutdown: Shutdown) async throws {
        started.request()
        await shutdown.wait()
        stopped.request()
    }
}

@Suite("A service that runs", .serialized, .timeLimit(.minutes(5)))
struct ServiceRunTests {
    private let http = HTTPClient()

    private func program(migrations: [Migration] = []) -> ServiceProgram {
        var program = ServiceProgram(
            name: "demo", summary: "", schema: "demo", migrations: migrations, topics: [], adminPort: 0)
        program.signals = [SIGURG]
        return program
    }

    private func get(_ port: Int, _ path: String) async throws -> (status: Int, text: String) {
        let answer = try await http.send(HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)"))
        return (answer.status, answer.text)
    }

    /// Runs the program beside `body`, stops it by a signal, and gives its exit code.
    private func withRunning(
        _ program: ServiceProgram, _ environment: [String: String], _ member: Member = Member(),
        _ body: (Int) async throws -> Void
    ) async throws -> Int32 {
        let port = try freePort()
        let objects = NSTemporaryDirectory() + "cadenza-objects-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: objects) }
        var environment = environment
        environment["CADENZA_ADMIN_LISTEN"] = "127.0.0.1:\(port)"
        environment["CADENZA_OBJECTS"] = "file://\(objects)"
        environment["CADENZA_LOG_LEVEL"] = "error"
        return try await withThrowingTaskGroup(of: Int32.self) { [environment] group in
            group.addTask {
                await program.run(arguments: [], environment: environment) { _ in
                    ()
                } services: { _, _ in
                    [.init("member", member)]
                }
            }
            try await eventually("the admin answers") { (try? await get(port, "/healthz").status) == 200 }
            try await body(port)
            kill(getpid(), SIGURG)
            return try await group.next() ?? -1
        }
    }

    @Test("While Postgres is away it lives, says that it is not ready and why, and still stops cleanly")
    func waitsForPostgres() async throws {
        let code = try await withRunning(
            program(), ["CADENZA_POSTGRES_URL": "postgres://nobody:hunter2@127.0.0.1:1/x"]
        ) { (port) async throws in
            try await eventually("the reason shows") { try await get(port, "/readyz").text.contains("PG0001") }
            let ready = try await get(port, "/readyz")
            #expect(ready.status == 503)
            let reasons = try JSON(parsing: ready.text)["reasons"]
            #expect(reasons?["postgres"]?.string?.contains("not reached yet") == true)
            #expect(!ready.text.contains("hunter2"))
            let metrics = try await get(port, "/metrics").text
            #expect(metrics.contains("\ncadenza_ready 0\n"))
            #expect(metrics.contains("\nprocess_resident_memory_bytes "))
        }
        #expect(code == 0)
    }

    @Test("With its database and brokers there it migrates, runs its members, is ready, and drains")
    func runs() async throws {
        let kafka = try MockKafka([])
        let url = try await TestServers.shared.postgresURL()
        let member = Member()
        let migration = Migration(name: "V0001_create_demo", sql: "CREATE TABLE demo (id bigint PRIMARY KEY);")
        let environment = ["CADENZA_POSTGRES_URL": url, "CADENZA_KAFKA_BOOTSTRAP": kafka.bootstrap]
        let code = try await withRunning(program(migrations: [migration]), environment, member) {
            (port) async throws in
            await member.started.wait()
            try await eventually("it is ready") { try await get(port, "/readyz").status == 200 }
            let pool = PostgresPool(PostgresConfiguration(url: url, searchPath: ["demo"]))
            #expect(try await pool.query("SELECT count(*) AS n FROM demo, outbox, inbox").first?.int("n") == 0)
            try await pool.execute("DROP SCHEMA demo CASCADE")
            await pool.close()
        }
        #expect(code == 0)
        #expect(member.stopped.isRequested)
    }

    @Test("A migration that fails ends the process with 1 instead of being tried for ever")
    func refusedMigration() async throws {
        let url = try await TestServers.shared.postgresURL()
        let port = try freePort()
        let broken = Migration(name: "V0001_break", sql: "CREATE NONSENSE;")
        let code = await program(migrations: [broken]).run(
            arguments: [],
            environment: [
                "CADENZA_POSTGRES_URL": url, "CADENZA_OBJECTS": "file:///tmp/x", "CADENZA_LOG_LEVEL": "error",
                "CADENZA_ADMIN_LISTEN": "127.0.0.1:\(port)",
            ]
        ) { _ in
            ()
        } services: { _, _ in
            []
        }
        #expect(code == 1)
    }
}
