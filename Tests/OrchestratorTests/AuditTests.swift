import Contracts
import Core
import Messaging
import OrchestratorDomain
import Postgres
import Synchronization
import TestKit
import Testing

@testable import Orchestrator

/// What an adversary takes away comes back, or a person is told.
@Suite(.timeLimit(.minutes(5))) struct AuditTests {
    private static let hasty = ["CADENZA_AUDIT_INTERVAL": "100ms", "CADENZA_AUDIT_PATIENCE": "200ms"]
    /// Its timer is taken away before it is due, also on a machine that has much to do.
    private static let patient = Definitions.head("patient") + "do:\n  - rest: { wait: { seconds: 12 } }\n"
    private static let listener =
        Definitions.head("listener") + """
            do:
              - hear: { listen: { to: { one: { with: { type: x.told } } } } }
            """

    /// A worker that has lost what it was asked: it knows no task of `unknown` until it is asked for it again.
    private static func forgetful(_ world: World, completes: Bool = true) {
        world.answer { seen in
            if seen.type == LivenessV1.InquireTasks.protoName {
                let inquiry = try seen.decode(LivenessV1.InquireTasks.self)
                let standing = LivenessV1.TasksStanding(
                    tasks: inquiry.tasks.map {
                        LivenessV1.TaskStanding(
                            taskID: $0.taskID, executionID: $0.executionID, attempt: $0.attempt, standing: .unknown)
                    }, inOrder: inquiry.inOrder)
                return [World.Outgoing(.agentsEvents, key: inquiry.tasks[0].executionID, id: seen.id + "/s", standing)]
            }
            guard completes, seen.type == TasksV1.RunTask.protoName, seen.id.contains("/again/") else { return [] }
            return [.completed(try seen.decode(TasksV1.RunTask.self), ["n": 1])]
        }
    }

    @Test func `a timer, a subscription and a task's row that are gone are there again, and what is whole stays`()
        async throws
    {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator(settings: Self.hasty) { _ in
                for definition in [Self.patient, Self.listener, Definitions.oneAgent, Definitions.long] {
                    try await world.register(definition)
                }
                try await world.send(
                    .start("e1", "test/patient"), .start("e2", "test/listener"), .start("e3", "test/one-agent"),
                    .start("e4", "test/long"))
                for id in ["e1", "e2", "e3", "e4"] {
                    try await eventually("\(id) waits") { try world.log(id).last?.causes != nil }
                }
                let before = try await pool.query("SELECT id, due FROM timers WHERE execution_id = 'e4'")
                try await pool.execute("DELETE FROM timers WHERE execution_id = 'e1'")
                try await pool.execute("DELETE FROM subscriptions")
                try await pool.execute("DELETE FROM tasks")
                try await eventually("the rows are there again") {
                    try await pool.query(
                        "SELECT FROM tasks UNION ALL SELECT FROM subscriptions UNION ALL SELECT FROM timers"
                    ).count == 4
                }
                try await world.send(.event("x.told", "t1", ["n": 1]))
                try await eventually("the event is heard") { try world.log("e2").last?.kind == "executionCompleted" }
                try await eventually("the timer fires") { try world.log("e1").last?.kind == "executionCompleted" }
                let after = try await pool.query("SELECT id, due FROM timers WHERE execution_id = 'e4'")
                #expect(try after.map { try $0.instant("due") } == before.map { try $0.instant("due") })
                #expect(try world.log("e4").count == 3)
                #expect(try world.all(AgentsV1.IncidentRaised.self).isEmpty)
            }
        }
    }

    @Test func `a task that its worker never got is asked for again, once it has been asked about in line`()
        async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            Self.forgetful(world)
            try await installation.withOrchestrator(settings: Self.hasty) { _ in
                try await world.register(Definitions.oneAgent)
                try await world.send(.start("e1", "test/one-agent"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            let asked = world.messages.filter { $0.type == LivenessV1.InquireTasks.protoName }
            #expect(try asked.first?.decode(LivenessV1.InquireTasks.self).inOrder == false)
            let inLine = try asked.first { try $0.decode(LivenessV1.InquireTasks.self).inOrder }
            #expect(inLine?.topic == .tasks(lane: "agent") && inLine?.key == "e1:1")
            let tasks = try world.all(TasksV1.RunTask.self)
            #expect(tasks.count >= 2)
            for task in tasks { #expect(task == tasks[0]) }
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `a task that is lost again and again becomes an incident, and what a person says is its result`()
        async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            Self.forgetful(world, completes: false)
            try await installation.withOrchestrator(settings: Self.hasty) { _ in
                try await world.register(Definitions.oneAgent)
                try await world.send(.start("e1", "test/one-agent"))
                try await eventually("the incident") { try !world.all(AgentsV1.IncidentRaised.self).isEmpty }
                let raised = try #require(try world.all(AgentsV1.IncidentRaised.self).first)
                #expect(raised.detail.contains("asking again"))
                #expect(raised.cause == "task" && raised.code == "OR0011" && raised.taskID == "e1:1")
                #expect(raised.incidentID == "e1:1:1:task" && raised.task == "/do/0/ask")
                try await eventually("the task is asked for again") {
                    world.messages.count { $0.id.contains("/again/") } == MissingCause.mostRepetitions
                }
                var command = AgentsV1.DecideIncident(
                    commandID: "c1", incidentID: "nobody", decision: .done, result: CoreV1.Payload(json: ["said": 1]),
                    actor: "ann", executionID: "e1")
                try await world.send(.init(.orchestratorCommands, key: "e1", id: "c1", command))
                (command.incidentID, command.commandID) = (raised.incidentID, "c2")
                try await world.send(.init(.orchestratorCommands, key: "e1", id: "c2", command))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            #expect(try world.all(AgentsV1.IncidentDecisionRejected.self).map(\.commandID) == ["c1"])
            let decided = try world.all(AgentsV1.IncidentDecided.self)
            #expect(decided.map(\.commandID) == ["c2"] && decided.map(\.actor) == ["ann"])
            #expect(try await installation.pool.query("SELECT FROM incidents").isEmpty)
        }
    }

    @Test func `an execution that a task waits for and that is gone is started again; one that ended is an incident`()
        async throws
    {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator(settings: Self.hasty) { _ in
                try await world.register(Definitions.long)
                try await world.register(ChildTests.parent("mother", "long"))
                try await world.send(.start("e1", "test/mother"), .start("e2", "test/mother"))
                for id in ["e1.1", "e2.1"] {
                    try await eventually("\(id) waits") { try world.log(id).last?.causes != nil }
                }
                // At once: an audit in between would start the one that has ended as well.
                try await pool.transaction { connection in
                    try await connection.execute("DELETE FROM executions WHERE id IN ('e1.1', 'e2.1')")
                    try await connection.execute(
                        """
                        INSERT INTO tombstones (id, tenant, ending, sequence, ended_at)
                        VALUES ('e2.1', 'acme', 'completed', 9, now() - interval '1 minute')
                        """)
                }
                try await eventually("it is started again") {
                    try await !pool.query("SELECT FROM executions WHERE id = 'e1.1'").isEmpty
                }
                try await eventually("the incident") { try !world.all(AgentsV1.IncidentRaised.self).isEmpty }
            }
            let starts = try world.all(OrchestratorV1.StartExecution.self).filter { $0.executionID == "e1.1" }
            #expect(starts.count >= 2 && starts.allSatisfy { $0 == starts[0] })
            let raised = try world.all(AgentsV1.IncidentRaised.self)
            #expect(raised.map(\.taskID) == ["e2:1"] && raised.map(\.cause) == ["child"])
        }
    }

    @Test func `a state that cannot be read is an incident, and closes by itself once it can`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator(settings: Self.hasty) { _ in
                try await world.register(Definitions.long)
                try await world.send(.start("e1", "test/long"))
                try await eventually("it waits") { try world.log("e1").last?.causes != nil }
                let state = try await pool.query("SELECT state FROM executions")[0].bytes("state")
                try await pool.execute("UPDATE executions SET state = 'x', sequence = sequence + 1")
                try await eventually("the incident") {
                    try world.all(AgentsV1.IncidentRaised.self).first?.cause == "state"
                }
                try await pool.execute("UPDATE executions SET state = \(state), sequence = sequence - 1")
                try await eventually("it closes") {
                    try world.all(AgentsV1.IncidentDecided.self).first?.decision == .answered
                }
            }
            #expect(try world.all(AgentsV1.IncidentRaised.self).count == 1)
        }
    }

    @Test func `who asks is told of executions that stand otherwise, with their causes, and of none of other tenants`()
        async throws
    {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.long)
                try await world.send(.start("e1", "test/long"), .start("e2", "test/long"))
                for id in ["e1", "e2"] {
                    try await eventually("\(id) waits") { try world.log(id).last?.causes != nil }
                }
                let last = try world.log("e1").count
                let inquiry = LivenessV1.InquireExecutions(
                    executions: [
                        .init(executionID: "e1", sequence: 1), .init(executionID: "e2", sequence: Int64(last)),
                        .init(executionID: "e3"),
                    ], inOrder: true)
                try await world.send(
                    .init(.orchestratorCommands, key: "e1", id: "i1", inquiry),
                    .init(.orchestratorCommands, key: "e1", id: "i2", inquiry, tenant: "other"))
                try await eventually("the answers") { try world.all(LivenessV1.ExecutionStanding.self).count == 5 }
                let told = try world.all(LivenessV1.ExecutionStanding.self)
                #expect(told.prefix(2).map(\.executionID) == ["e1", "e3"])
                #expect(told.prefix(2).map(\.sequence) == [Int64(last), 0])
                #expect(told.prefix(2).map(\.status) == ["waiting", ""])
                #expect(try told[0].causes?.json()[0]?["kind"] == "timer")
                #expect(told.dropFirst(2).allSatisfy { $0.status.isEmpty && $0.causes == nil })
            }
        }
    }
}
