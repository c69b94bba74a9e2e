import Contracts
import Core
import Messaging
import Postgres
import TestKit
import Testing

@testable import Orchestrator

@Suite(.timeLimit(.minutes(5))) struct WaitingStartTests {
    private func starts(_ tenant: String, _ count: Int, _ definition: String) -> [World.Outgoing] {
        (0..<count).map { number in
            var start = World.Outgoing.start("\(tenant)-\(number)", definition)
            start.tenant = tenant
            return start
        }
    }

    /// Lets another tenant start something first: one that has the place to itself has no reason to wait.
    private func share(_ world: World) async throws {
        try await register(Definitions.long, for: "another", world)
        try await world.send(starts("another", 1, "test/long"))
        try await eventually("another tenant's start") { try !world.log("another-0").isEmpty }
    }

    private func waiting(_ installation: Installation) async throws -> [String] {
        try await installation.pool.query("SELECT execution_id FROM waiting_starts ORDER BY place").map {
            try $0.string("execution_id")
        }
    }

    private func register(_ yaml: String, for tenant: String, _ world: World) async throws {
        var command = try World.Outgoing.register(yaml, id: "register-\(tenant)")
        command.tenant = tenant
        try await world.send(command)
        try await eventually("the registration") {
            try world.all(OrchestratorV1.DefinitionRegistered.self).contains { $0.commandID == command.id }
        }
    }

    @Test func `one tenant's few starts do not wait for another's many, which all begin in the end`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator(settings: ["CADENZA_ORCHESTRATOR_STARTS": "4"]) { _ in
                try await register(Definitions.long, for: "many", world)
                try await register(Definitions.long, for: "few", world)
                try await share(world)
                try await world.send(starts("many", 400, "test/long") + starts("few", 2, "test/long"))
                try await eventually("all begin") {
                    try world.events().count { $0.kind == "executionStarted" } >= 403
                }
            }
            let begun = try world.events().filter { $0.kind == "executionStarted" }
                .sorted { $0.timeUs < $1.timeUs }.map(\.executionID)
            #expect(Set(begun).count == 403 && begun.count == 403)
            let places = begun.indices.filter { begun[$0].hasPrefix("few") }
            #expect(places.allSatisfy { $0 < 300 })
            #expect(try await waiting(installation).isEmpty)
        }
    }

    @Test func `starts are taken out without reading all that wait`() async throws {
        try await withInstallation { installation in
            let pool = installation.pool
            try await pool.execute(
                """
                INSERT INTO waiting_starts (execution_id, tenant, message_id, source, sent_at, body, partition,
                    record_offset, received_at)
                SELECT 'e' || n, 'many', 'm', 's', now(), '', 0, n, now() FROM generate_series(1, 2000) AS n
                """)
            // Before the planner knows how many there are, and after.
            for first in [1, 6] as [Int64] {
                let read = try await pool.rowsRead(of: "waiting_starts") { pool in
                    let starts = try await pool.transaction { connection in
                        try await WaitingStartStore(connection: connection).take(["many": 5, "few": 5])
                    }
                    #expect(starts.map(\.message.offset) == Array(first..<first + 5))
                }
                #expect(read <= 50)
                try await pool.execute("ANALYZE waiting_starts")
            }
        }
    }

    @Test func `a message about a start that waits begins it, and the others outlive the process`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            let settings = ["CADENZA_ORCHESTRATOR_STARTS": "1"]
            try await installation.withOrchestrator(settings: settings, beginsWaiting: false) { _ in
                try await world.register(Definitions.long)
                try await share(world)
                try await world.send((0..<30).map { .start("e\($0)", "test/long") })
                try await eventually("all are taken") {
                    let open = try await installation.pool.query("SELECT FROM executions").count
                    let others = try await waiting(installation).count
                    return open + others == 31
                }
                let last = try #require(try await waiting(installation).last)
                try await world.send(.cancel(last))
                try await eventually("it is cancelled") { try world.log(last).last?.kind == "executionCancelled" }
                #expect(try world.log(last).first?.kind == "executionStarted")
                #expect(try world.all(OrchestratorV1.CommandRejected.self).isEmpty)
            }
            try await installation.withOrchestrator { _ in
                try await eventually("the others begin") {
                    let open = try await installation.pool.query("SELECT FROM executions").count
                    let others = try await waiting(installation).count
                    return open == 30 && others == 0
                }
            }
            // The rest of the world may hear of it after the process has ended.
            func begun() throws -> Int { try world.events().count { $0.kind == "executionStarted" } }
            try await eventually("all is heard") { try begun() >= 31 }
            #expect(try begun() == 31)
        }
    }

    @Test func `a start that can never begin goes to the dead letters, and those behind it begin`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            let settings = ["CADENZA_ORCHESTRATOR_STARTS": "1"]
            try await installation.withOrchestrator(settings: settings, beginsWaiting: false) { _ in
                try await world.register(Definitions.long)
                try await share(world)
                try await world.send((0..<30).map { .start("e\($0)", "test/long") })
                try await eventually("all are taken") {
                    let open = try await installation.pool.query("SELECT FROM executions").count
                    let others = try await waiting(installation).count
                    return open + others == 31
                }
            }
            // What no message can bring: the table of timers refuses it, when all that is to be published is there.
            let first = try #require(try await waiting(installation).first)
            try await installation.pool.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''never''; END'
                """)
            try await installation.pool.execute(
                SQL(
                    unsafe: """
                        CREATE TRIGGER refuse BEFORE INSERT ON timers FOR EACH ROW WHEN (NEW.execution_id = '\(first)')
                        EXECUTE FUNCTION refuse()
                        """))
            try await installation.withOrchestrator { _ in
                try await eventually("the others begin") {
                    let open = try await installation.pool.query("SELECT FROM executions").count
                    let others = try await waiting(installation).count
                    return open == 30 && others == 0
                }
            }
            let letters = try await installation.pool.query("SELECT code FROM dead_letters")
            #expect(try letters.map { try $0.string("code") } == ["MS0005"])
            #expect(try world.log(first).isEmpty)
        }
    }
}
