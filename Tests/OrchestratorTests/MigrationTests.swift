import Contracts
import Core
import Engine
import Messaging
import Postgres
import TestKit
import Testing
import Workflow

@Suite(.timeLimit(.minutes(5))) struct MigrationTests {
    private static let ask = "{ call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: Extract } }"
    private static let first = Definitions.head("moving") + "do:\n  - a: \(ask)\n  - b: \(ask)\n"
    private static let second =
        Definitions.head("moving", version: "1.1.0")
        + "do:\n  - a: \(ask)\n  - between: { set: { x: 1 } }\n  - b: \(ask)\n"

    private static func steps(_ world: World, _ id: String) throws -> [OrchestratorV1.MigrationProgressed] {
        var found: [Int64: OrchestratorV1.MigrationProgressed] = [:]
        for one in try world.all(OrchestratorV1.MigrationProgressed.self) where one.migrationID == id {
            found[one.step] = one
        }
        return found.values.sorted { $0.step < $1.step }
    }

    private static func end(_ world: World, _ id: String) async throws -> OrchestratorV1.MigrationProgressed {
        try await eventually("the end of \(id)") {
            try steps(world, id).last.map { ["planned", "done", "rejected"].contains($0.status) } ?? false
        }
        return try #require(try steps(world, id).last)
    }

    /// Executions of 1.0.0: those at `a` are safe, those at `b` need a mapping.
    private static func start(_ world: World, atFirst: [String], atSecond: [String]) async throws {
        try await world.register(first)
        try await world.register(second)
        try await world.send((atFirst + atSecond).map { .start($0, "test/moving:1.0.0") })
        try await eventually("the tasks") {
            try world.all(TasksV1.RunTask.self).count == atFirst.count + atSecond.count
        }
        let tasks = try world.all(TasksV1.RunTask.self)
        try await world.send(tasks.filter { atSecond.contains($0.executionID) }.map { .completed($0, ["n": 1]) })
        try await eventually("the second tasks") {
            try world.all(TasksV1.RunTask.self).count == atFirst.count + 2 * atSecond.count
        }
    }

    @Test func `a plan classifies every running execution and moves none`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await Self.start(world, atFirst: ["e1", "e2", "e3"], atSecond: ["e4"])
                try await world.send(.migrate("moving", from: "1.0.0", to: "latest", id: "m1"))
                let plan = try await Self.end(world, "m1")
                #expect(plan.status == "planned" && plan.toVersion == "1.1.0")
                #expect([plan.safe, plan.needsMapping, plan.impossible, plan.migrated] == [3, 1, 0, 0])
                let items = try Self.steps(world, "m1").flatMap(\.items)
                #expect(items.map(\.executionID) == ["e1", "e2", "e3", "e4"])
                let finding = try #require(items.last?.findings.first)
                #expect(finding.task == "/do/1/b" && finding.suggestion == "/do/2/b" && !finding.reason.isEmpty)
                // Asked of a version that is not there, or of the same one, it is refused.
                try await world.send(
                    .migrate("moving", from: "1.0.0", to: "9.0.0", id: "m2"),
                    .migrate("moving", from: "1.1.0", to: "latest", id: "m3"))
                let codes = [try await Self.end(world, "m2"), try await Self.end(world, "m3")].map(\.rejection?.code)
                #expect(codes == ["OR0003", "OR0010"])
            }
            #expect(try world.log("e1").allSatisfy { $0.definition?.version == "1.0.0" })
        }
    }

    @Test func `what is safe is taken over in batches and goes on with the new version`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await Self.start(world, atFirst: ["e1", "e2", "e3"], atSecond: ["e4"])
                try await world.send(.migrate("moving", from: "1.0.0", to: "1.1.0", id: "m1", apply: true))
                let first = try await Self.end(world, "m1")
                #expect(first.status == "done" && first.migrated == 3 && first.left == 1)
                // The same again, told twice and with the mapping that was suggested.
                let mapping = ["/do/1/b": "/do/2/b"]
                let again = World.Outgoing.migrate(
                    "moving", from: "1.0.0", to: "1.1.0", id: "m2", mapping: mapping, apply: true)
                try await world.send(again, again)
                let second = try await Self.end(world, "m2")
                #expect(second.migrated == 1 && second.left == 0)
            }
            for id in ["e1", "e2", "e3", "e4"] {
                let log = try world.log(id)
                #expect(log.filter { $0.kind == "executionMigrated" }.count == 1)
                #expect(log.last?.definition?.version == "1.1.0")
                let events = try log.map { try #require(ExecutionEvent(json: $0.body?.json() ?? .null)) }
                #expect(ExecutionState(folding: events)?.definition.version == "1.1.0")
            }
            let rows = try await installation.pool.query("SELECT DISTINCT version FROM executions")
            #expect(try rows.map { try $0.string("version") } == ["1.1.0"])
            // Another process takes them up where they are, by the new version.
            world.answer { seen in
                guard seen.type == TasksV1.RunTask.protoName else { return [] }
                return [.completed(try seen.decode(TasksV1.RunTask.self), ["n": 2])]
            }
            try await installation.withOrchestrator { _ in
                let open = try world.all(TasksV1.RunTask.self)
                try await world.send(open.map { .completed($0, ["n": 3], id: "later-\($0.taskID)") })
                for id in ["e1", "e2", "e3", "e4"] {
                    try await eventually("the end") { try world.log(id).last?.kind == "executionCompleted" }
                }
            }
            #expect(try world.log("e1").contains { $0.task == "/do/1/between" && $0.kind == "taskCompleted" })
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `a migration that was cut off goes on in the next process`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { handle in
                try await Self.start(world, atFirst: (0..<12).map { "e\($0)" }, atSecond: [])
                try await world.send(.migrate("moving", from: "1.0.0", to: "1.1.0", id: "m1", apply: true, batch: 1))
                try await eventually("the beginning") { try Self.steps(world, "m1").count > 2 }
                handle.kill()
            }
            try await installation.withOrchestrator { _ in
                let end = try await Self.end(world, "m1")
                #expect(end.status == "done" && end.migrated == 12 && end.safe == 12)
            }
            #expect(try Self.steps(world, "m1").map(\.step) == Array(0...(Self.steps(world, "m1").last?.step ?? -1)))
            for id in 0..<12 {
                #expect(try world.log("e\(id)").filter { $0.kind == "executionMigrated" }.count == 1)
            }
        }
    }

    private static func hearing(_ version: String, _ before: String = "") -> String {
        Definitions.head("hearing", version: version) + "do:\n" + before + """
              - hear:
                  listen:
                    to:
                      one: { with: { type: moved.a }, correlate: { o: { from: .subject, expect: '${ .order }' } } }
              - later: { listen: { to: { one: { with: { type: moved.b } } } } }

            """
    }

    private static func filters(_ id: String, _ places: [String], _ version: String) -> [String] {
        places.map { "\(id) \($0)/listen/to/one test/hearing:\(version)" }
    }

    private static func subscriptions(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query("SELECT execution_id, filter, definition FROM subscriptions ORDER BY 1, 2").map { row in
            try ["execution_id", "filter", "definition"].map { try row.string($0) }.joined(separator: " ")
        }
    }

    @Test func `who waits for events goes on waiting for them by the new version, with what came early`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator { _ in
                try await world.register(Self.hearing("1.0.0"))
                try await world.register(Self.hearing("1.1.0", "  - note: { set: '${ . }' }\n"))
                for id in ["e1", "e2"] {
                    try await world.send(.start(id, "test/hearing:1.0.0", input: ["order": .string("o-" + id)]))
                }
                try await world.send(.event("moved.b", "early", "early"))
                try await eventually("the early event") {
                    try ["e1", "e2"].allSatisfy { id in
                        let kinds = try world.log(id).map(\.kind)
                        return kinds.contains("correlationStarted") && kinds.contains("eventReceived")
                    }
                }
                let old = ["/do/0/hear", "/do/1/later"]
                #expect(
                    try await Self.subscriptions(pool) == ["e1", "e2"].flatMap { Self.filters($0, old, "1.0.0") })
                let mapping = ["/do/0/hear": "/do/1/hear", "/do/1/later": "/do/2/later"]
                try await world.send(
                    .migrate("hearing", from: "1.0.0", to: "1.1.0", id: "m1", mapping: mapping, apply: true))
                let end = try await Self.end(world, "m1")
                #expect(end.status == "done" && end.migrated == 2)
                let new = ["/do/1/hear", "/do/2/later"]
                #expect(
                    try await Self.subscriptions(pool) == ["e1", "e2"].flatMap { Self.filters($0, new, "1.1.0") })
            }
            // Another process hears what comes now, by the new version's filters and the old key.
            try await installation.withOrchestrator { _ in
                try await world.send(.event("moved.a", "1", 1, ["subject": "o-e1"]))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
                #expect(try EventTests.output("e1", world) == ["early"])
                try await world.send(.event("moved.a", "2", 2, ["subject": "o-e2"]))
                try await eventually("the other end") { try world.log("e2").last?.kind == "executionCompleted" }
            }
            #expect(try world.log("e2").filter { $0.kind == "eventConsumed" && $0.task == "/do/1/hear" }.count == 1)
            #expect(try await Self.subscriptions(pool).isEmpty)
        }
    }
}
