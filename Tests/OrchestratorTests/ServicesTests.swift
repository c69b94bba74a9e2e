import Contracts
import Core
import Engine
import Messaging
import ObjectStore
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ServicesTests {
    @Test func `policy and people answer for their tasks`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            world.answer { seen in
                switch seen.type {
                case PolicyV1.EvaluatePolicy.protoName:
                    let ask = try seen.decode(PolicyV1.EvaluatePolicy.self)
                    let verdict = PolicyV1.VerdictGiven(
                        evaluationID: ask.evaluationID, executionID: ask.executionID, attempt: ask.attempt,
                        policy: ask.policy, outcome: .allow, verdict: CoreV1.Payload(json: ["allow": true]))
                    return [.init(.policyEvents, key: ask.executionID, id: "v", verdict)]
                case ApprovalsV1.RequestApproval.protoName:
                    let ask = try seen.decode(ApprovalsV1.RequestApproval.self)
                    let decided = ApprovalsV1.ApprovalDecided(
                        approvalID: ask.approvalID, executionID: ask.executionID, attempt: ask.attempt,
                        decision: .approved, actor: "user:ann", comment: "fine", decidedUs: 1_000_000)
                    return [.init(.approvalsEvents, key: ask.executionID, id: "d", decided)]
                default: return []
                }
            }
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.judged)
                try await world.send(.start("e1", "test/judged"))
                try await eventually("the end") { try world.log("e1").last?.status == "completed" }
            }
            let asked = try #require(try world.all(ApprovalsV1.RequestApproval.self).first)
            #expect(asked.title == "Review" && asked.slaUs == 3_600_000_000)
            #expect(try asked.subject?.json() == ["amount": 5])
            let policy = try #require(try world.all(PolicyV1.EvaluatePolicy.self).first)
            #expect(try policy.policy == "limit" && policy.input?.json() == ["amount": 5])
            let events = try world.log("e1").compactMap { ExecutionEvent(json: try $0.body?.json() ?? .null) }
            let output = ExecutionState(folding: events)?.output
            #expect(output?["decision"] == "approved" && output?["decidedAt"] == "1970-01-01T00:00:01Z")
        }
    }

    @Test func `a call with wrong arguments fails in place and nobody is asked`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.wrong)
                try await world.send(.start("e1", "test/wrong"))
                try await eventually("the end") { try world.log("e1").last?.status == "faulted" }
            }
            #expect(try world.all(ApprovalsV1.RequestApproval.self).isEmpty)
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `whoever works on a call is told when a time-out or the winner of a race ends it`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.interrupted)
                try await world.send(.start("e1", "test/interrupted"))
                try await eventually("the end") { try world.log("e1").last?.status == "completed" }
            }
            let asked = try world.all(TasksV1.RunTask.self)
            let cancelled = try world.all(TasksV1.CancelTask.self)
            #expect(
                asked.map(\.task).sorted() == [
                    "/do/0/race/fork/branches/1/ask", "/do/1/late/try/0/ask", "/do/2/slow/try/0/ask",
                ])
            #expect(cancelled.map(\.taskID).sorted() == asked.map(\.taskID).sorted())
            #expect(cancelled.allSatisfy { $0.attempt == 1 && !$0.reason.isEmpty })
            let keys = world.messages.filter { $0.type == TasksV1.CancelTask.protoName }.map(\.key)
            #expect(keys.sorted() == asked.map(\.taskID).sorted())
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `an approval that expires or is refused fails its task`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            world.answer { seen in
                guard seen.type == ApprovalsV1.RequestApproval.protoName else { return [] }
                let ask = try seen.decode(ApprovalsV1.RequestApproval.self)
                if ask.executionID == "e1" {
                    let expired = ApprovalsV1.ApprovalExpired(
                        approvalID: ask.approvalID, executionID: ask.executionID, attempt: ask.attempt)
                    return [.init(.approvalsEvents, key: ask.executionID, id: "x1", expired)]
                }
                let refused = ApprovalsV1.RequestRejected(
                    approvalID: ask.approvalID, executionID: ask.executionID, attempt: ask.attempt,
                    rejection: CoreV1.Rejection(Rejection(.invalid, "AP0001", "no")))
                return [.init(.approvalsEvents, key: ask.executionID, id: "x2", refused)]
            }
            let review =
                Definitions.head("review") + "do:\n  - r: { call: approval:1.0.0@default, with: { title: T } }\n"
            try await installation.withOrchestrator { _ in
                try await world.register(review)
                try await world.send(.start("e1", "test/review"), .start("e2", "test/review"))
                try await eventually("the ends") {
                    try world.log("e1").last?.status == "faulted" && world.log("e2").last?.status == "faulted"
                }
            }
            let faults = try ["e1", "e2"].map { try world.log($0).last?.body?.json()["fault"] }
            #expect(faults[0]?["status"] == 408)
            #expect(faults[1]?["title"] == "AP0001")
        }
    }

    @Test func `an emitted event goes where outside events come in`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.telling)
                try await world.send(.start("e1", "test/telling"))
                try await eventually("the event") { world.messages.contains { $0.topic == .ingressEvents } }
            }
            let told = try #require(world.messages.first { $0.topic == .ingressEvents })
            #expect(told.type == "x.told" && told.tenant == "acme")
            #expect(try JSON(parsing: told.body) == ["n": 1])
        }
    }

    @Test func `what is large travels by way of the object store, both ways`() async throws {
        try await withInstallation { installation in
            let (world, objects) = (installation.world, installation.objects)
            let large: JSON = ["text": .string(String(repeating: "long ", count: 20_000))]
            let digest = try await objects.put(large.bytes(), contentType: "application/json")
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.oneAgent)
                let start = OrchestratorV1.StartExecution(
                    executionID: "e1", definition: CoreV1.DefinitionReference("test/one-agent"),
                    input: CoreV1.Payload(blob: CoreV1.Blob(digest: digest)))
                let lost = OrchestratorV1.StartExecution(
                    executionID: "e2", definition: CoreV1.DefinitionReference("test/one-agent"),
                    input: CoreV1.Payload(blob: CoreV1.Blob(digest: String(repeating: "0", count: 64))))
                try await world.send(
                    .init(.orchestratorCommands, key: "e1", id: "s1", start),
                    .init(.orchestratorCommands, key: "e2", id: "s2", lost))
                try await eventually("the task") { try !world.all(TasksV1.RunTask.self).isEmpty }
                try await eventually("the dead letter") { try !world.all(DeadlettersV1.MessageDied.self).isEmpty }
            }
            let started = try #require(try world.log("e1").first?.body?.blob)
            let event = try JSON(parsing: try await objects.get(started.digest))
            #expect(event["input"] == large)
            #expect(try world.all(DeadlettersV1.MessageDied.self).map(\.code) == ["OR0008"])
        }
    }

    @Test func `garbage goes to the dead letters and stops nothing`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                for (at, topic) in [Topic.orchestratorCommands, .agentsEvents, .policyEvents, .approvalsEvents]
                    .enumerated()
                {
                    let types = [
                        OrchestratorV1.StartExecution.protoName, AgentsV1.TaskCompleted.protoName,
                        PolicyV1.VerdictGiven.protoName, ApprovalsV1.ApprovalDecided.protoName,
                    ]
                    try await world.send(
                        .init(topic, key: "e1", id: "g\(at)", type: types[at], body: [0xff, 0x00, 0x12]))
                }
                try await world.send(
                    .init(.orchestratorCommands, key: "e1", id: "u", type: "some.Thing", body: []),
                    .init(.ingressEvents, key: "k", id: "i", type: "com.example.any", body: Array("{}".utf8)),
                    .init(
                        .agentsEvents, key: "e1", id: "m",
                        AgentsV1.TaskCompleted(taskID: "other:1", executionID: "e1", attempt: 1)))
                try await world.register(Definitions.short)
                try await world.send(.start("e1", "test/short"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
                try await eventually("the dead letters") { try world.all(DeadlettersV1.MessageDied.self).count == 6 }
            }
            let codes = try world.all(DeadlettersV1.MessageDied.self).map(\.code).sorted()
            #expect(codes == ["MS0002", "MS0002", "MS0002", "MS0002", "OR0006", "OR0007"])
        }
    }
}
