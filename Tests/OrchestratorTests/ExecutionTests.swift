import Contracts
import Core
import Engine
import Messaging
import ObjectStore
import Postgres
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ExecutionTests {
    @Test func `an execution runs from its start through its tasks to its end, and its log folds to its output`()
        async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            world.answer { seen in
                guard seen.type == TasksV1.RunTask.protoName else { return [] }
                let task = try seen.decode(TasksV1.RunTask.self)
                return [.completed(task, ["function": .string(task.function)])]
            }
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.twoCalls)
                try await world.send(.start("e1", "test/two-calls"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            let log = try world.log("e1")
            #expect(log.map(\.sequence) == Array(1...Int64(log.count)))
            #expect(log.last?.status == "completed")
            let events = try log.map { try #require(ExecutionEvent(json: $0.body?.json() ?? .null)) }
            let state = try #require(ExecutionState(folding: events))
            #expect(state.output == ["function": "retrieve:1.0.0"] || state.output?["function"] != nil)
            let tasks = world.messages.filter { $0.type == TasksV1.RunTask.protoName }
            #expect(tasks.map(\.topic) == [.tasks(lane: "agent"), .tasks(lane: "call")])
            #expect(tasks.map(\.key) == tasks.compactMap { try? $0.decode(TasksV1.RunTask.self).taskID })
            #expect(tasks.allSatisfy { $0.traceparent?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true })
            #expect(try world.all(OrchestratorV1.DefinitionRegistered.self).count == 1)
            #expect(try world.all(OrchestratorV1.DefinitionPublished.self).count == 1)
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `repeated and late messages change nothing`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.oneAgent)
                try await world.send(.register(Definitions.oneAgent, id: "again"))
                try await world.send(.start("e1", "test/one-agent"), .start("e1", "test/one-agent", id: "again"))
                try await eventually("the task") { try !world.all(TasksV1.RunTask.self).isEmpty }
                let task = try #require(try world.all(TasksV1.RunTask.self).first)
                var early = task
                early.attempt = 7
                try await world.send(
                    .completed(early, ["never": true]), .completed(task, ["n": 1]),
                    .completed(task, ["n": 2], id: "second"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
                try await world.send(
                    .completed(task, ["n": 3], id: "third"), .start("e1", "test/one-agent", id: "late"))
                // Whatever they led to would come before the answer to this one.
                try await world.send(.cancel("e1"))
                try await eventually("the answer") { try !world.all(OrchestratorV1.CommandRejected.self).isEmpty }
            }
            let log = try world.log("e1")
            #expect(log.filter { $0.kind == "executionStarted" }.count == 1)
            #expect(log.last?.kind == "executionCompleted")
            #expect(try world.all(TasksV1.RunTask.self).count == 1)
            let last = try #require(
                ExecutionState(folding: log.compactMap { ExecutionEvent(json: try $0.body?.json() ?? .null) }))
            #expect(last.output == ["n": 1])
            #expect(try world.all(OrchestratorV1.CommandRejected.self).map(\.rejection?.code) == ["OR0005"])
            #expect(try world.all(OrchestratorV1.DefinitionRejected.self).isEmpty)
        }
    }

    @Test func `a version never changes, and the newest is started when none is named`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                let other = Definitions.head("short") + "do:\n  - rest: { wait: { hours: 2 } }\n"
                let newer = Definitions.head("short", version: "1.10.0") + "do:\n  - rest: { wait: { hours: 3 } }\n"
                let broken = Definitions.head("broken") + "do: []\nunknown: 1\n"
                try await world.send(.register(Definitions.short, id: "a"))
                try await world.send(.register(other, id: "b"))
                try await world.send(.register(newer, id: "c"), .register(broken, id: "d"))
                try await eventually("the refusals") {
                    try world.all(OrchestratorV1.DefinitionRejected.self).count == 2
                }
                let refused = try world.all(OrchestratorV1.DefinitionRejected.self)
                #expect(refused.first { $0.commandID == "b" }?.rejection?.code == "OR0002")
                #expect(refused.first { $0.commandID == "d" }?.rejection?.code == "OR0001")
                try await world.send(.start("e1", "test/short"), .start("e2", "test/short:1.0.0"))
                try await eventually("both starts") {
                    try !world.log("e1").isEmpty && !world.log("e2").isEmpty
                }
                #expect(try world.log("e1").first?.definition?.version == "1.10.0")
                #expect(try world.log("e2").first?.definition?.version == "1.0.0")
                // What was refused may be corrected under its version; a later pre-release is not the newest.
                let corrected = Definitions.head("broken") + "do:\n  - rest: { wait: { hours: 1 } }\n"
                let early = Definitions.head("short", version: "2.0.0-rc.1") + "do:\n  - rest: { wait: { hours: 4 } }\n"
                try await world.register(corrected)
                try await world.register(early)
                try await world.send(
                    .start("e3", "test/broken"), .start("e4", "test/short"), .start("e5", "test/short:2.0.0-rc.1"))
                try await eventually("the starts") {
                    try !world.log("e3").isEmpty && !world.log("e4").isEmpty && !world.log("e5").isEmpty
                }
                #expect(try world.log("e4").first?.definition?.version == "1.10.0")
                #expect(try world.log("e5").first?.definition?.version == "2.0.0-rc.1")
            }
        }
    }

    @Test func `a start of an unknown definition is refused once and for ever`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.send(.start("e1", "test/short"), .cancel("nobody"))
                try await eventually("the refusals") { try world.all(OrchestratorV1.CommandRejected.self).count == 2 }
                try await world.register(Definitions.short)
                try await world.send(.start("e1", "test/short", id: "again"))
                try await world.send(.start("e2", "test/short"))
                try await eventually("the other") { try world.log("e2").last?.kind == "executionCompleted" }
            }
            #expect(try world.log("e1").isEmpty)
            let codes = try world.all(OrchestratorV1.CommandRejected.self)
            #expect(codes.first { $0.executionID == "e1" }?.rejection?.code == "OR0003")
            #expect(codes.first { $0.executionID == "e1" }?.commandID == "start-e1")
            #expect(codes.first { $0.executionID == "nobody" }?.rejection?.code == "OR0004")
        }
    }

    @Test func `a cancelled execution calls off what it waits for, and only its own tenant can cancel it`() async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.oneAgent)
                try await world.send(.start("e1", "test/one-agent"))
                try await eventually("the task") { try !world.all(TasksV1.RunTask.self).isEmpty }
                let waiting = try await installation.pool.query("SELECT id, function, attempt FROM tasks")
                #expect(try waiting.map { try $0.string("id") } == world.all(TasksV1.RunTask.self).map(\.taskID))
                // The last event of the decision, and no other, tells why the execution will go on.
                let causes = try world.log("e1").map { try $0.causes?.json() }
                #expect(causes.dropLast().allSatisfy { $0 == nil })
                #expect(causes.last??[0]?["kind"] == "task" && causes.last??[0]?["attempt"] == 1)
                #expect(causes.last??[0]?["at"] == "the workers of the lane agent")
                try await world.send(.cancel("e1", tenant: "stranger"))
                try await eventually("the refusal") { try !world.all(OrchestratorV1.CommandRejected.self).isEmpty }
                try await world.send(.cancel("e1"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCancelled" }
                try await eventually("the call-off") { try world.all(TasksV1.CancelTask.self).count == 1 }
            }
            #expect(try world.all(OrchestratorV1.CommandRejected.self).map(\.rejection?.code) == ["OR0004"])
            try await expectNothingOpen(installation.pool)
        }
    }
}

/// No row is left of executions that have ended.
func expectNothingOpen(_ pool: PostgresPool) async throws {
    for table in ["executions", "timers", "tasks", "subscriptions"] {
        let rows = try await pool.query("SELECT count(*) AS n FROM \(identifier: table)")
        #expect(try rows[0].int("n") == 0, "\(table)")
    }
}
