import Contracts
import Core
import Engine
import Messaging
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildTests {
    static func parent(_ name: String, _ child: String, waits: Bool = true) -> String {
        Definitions.head(name) + """
            do:
              - review: { run: { await: \(waits), workflow: { namespace: test, name: \(child), input: { n: 2 } } } }
            """
    }

    @Test func `a child runs the newest version, and its output is the task's`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.head("child") + "do: [ { a: { set: { old: true } } } ]\n")
                try await world.register(
                    Definitions.head("child", version: "1.1.0") + "do: [ { a: { set: { twice: '${ .n * 2 }' } } } ]\n")
                try await world.register(Self.parent("mother", "child"))
                try await world.send(.start("e1", "test/mother"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            let child = try world.log("e1.1")
            #expect(child.first?.definition?.version == "1.1.0")
            let events = try world.log("e1").compactMap { ExecutionEvent(json: try $0.body?.json() ?? .null) }
            #expect(ExecutionState(folding: events)?.output == ["twice": 4])
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `a child's error and a child that cannot begin fail the task at its place`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(
                    Definitions.head("child")
                        + "do: [ { a: { raise: { error: { type: 'x:y', status: 422 } } } } ]\n")
                try await world.register(Self.parent("mother", "child"))
                try await world.register(Self.parent("lonely", "nobody"))
                try await world.send(.start("e1", "test/mother"), .start("e2", "test/lonely"))
                for id in ["e1", "e2"] {
                    try await eventually("the end of \(id)") { try world.log(id).last?.kind == "executionFaulted" }
                }
            }
            let faults = try ["e1", "e2"].map { try world.log($0).last?.body?.json()["fault"] }
            #expect(faults[0] == ["type": "x:y", "status": 422, "instance": "/do/0/review"])
            #expect(faults[1]?["type"] == .string(Fault.Standard.configuration.type))
            #expect(faults[1]?["instance"] == "/do/0/review")
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `cancelling and pausing reach the child, and a child that nobody awaits goes on`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.long)
                try await world.register(Self.parent("mother", "long"))
                try await world.register(Self.parent("careless", "long", waits: false))
                try await world.send(.start("e1", "test/mother"), .start("e2", "test/careless"))
                try await eventually("the children") {
                    try world.log("e1.1").last?.kind == "timerSet" && world.log("e2.1").last?.kind == "timerSet"
                }
                #expect(try world.log("e2").last?.kind == "executionCompleted")
                try await world.send(
                    World.Outgoing(
                        .orchestratorCommands, key: "e1", id: "suspend-e1",
                        OrchestratorV1.SuspendExecution(executionID: "e1", reason: "look", actor: "user:ann")))
                try await eventually("the pause") { try world.log("e1.1").last?.kind == "executionSuspended" }
                try await world.send(.cancel("e1"))
                try await eventually("the end") { try world.log("e1.1").last?.kind == "executionCancelled" }
                #expect(try world.log("e2.1").last?.kind == "timerSet")
            }
        }
    }
}
