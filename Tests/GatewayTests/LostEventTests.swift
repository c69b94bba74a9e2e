import Contracts
import Core
import GatewayDomain
import Messaging
import Postgres
import TestKit
import Testing

@testable import Gateway

@Suite("What the orchestrator says of executions whose events were lost", .timeLimit(.minutes(5)))
struct LostEventTests {
    private static func stand(
        _ gateway: Installation, _ id: String, _ sequence: Int64, _ status: String, inOrder: Bool = true,
        causes: JSON = []
    ) async throws {
        let standing = LivenessV1.ExecutionStanding(
            executionID: id, sequence: sequence, status: status, causes: CoreV1.Payload(json: causes),
            timeUs: 1_000_000 * sequence, inOrder: inOrder)
        try await gateway.backstage.publish(
            standing, to: .orchestratorEvents, key: id, id: "\(id)/\(sequence)/\(inOrder)")
    }

    @Test func `it is asked in line, then taken, and an end without its output is an incident`() async throws {
        try await withGateway { gateway in
            let start = OrchestratorV1.ExecutionEvent(
                executionID: "e", sequence: 1, timeUs: 1_000_000,
                definition: CoreV1.DefinitionReference(namespace: "test", name: "n", version: "1.0.0"),
                kind: "executionStarted", status: "running", body: CoreV1.Payload(json: [:]), formVersion: 1)
            try await gateway.backstage.publish(start, to: .orchestratorEvents, key: "e", id: "e/1")
            try await Self.stand(gateway, "e", 4, "waiting", inOrder: false)
            let type = LivenessV1.InquireExecutions.protoName
            try await eventually("the question") { !gateway.backstage.all(type).isEmpty }
            let asked = try #require(gateway.backstage.all(type).first)
            let inquiry = try asked.decode(LivenessV1.InquireExecutions.self)
            #expect(asked.key == "e" && inquiry.inOrder && inquiry.executions.map(\.sequence) == [1])
            #expect(try await gateway.ask("GET", "/v1/executions/e").json["status"] == "running")

            let causes: JSON = [["kind": "timer", "purpose": "timeout"], ["kind": "event", "task": "/do/0/hear"]]
            try await Self.stand(gateway, "e", 4, "waiting", causes: causes)
            try await eventually("it stands so") {
                try await gateway.ask("GET", "/v1/executions/e").json["status"] == "waiting"
            }
            let why = try await gateway.ask("GET", "/v1/executions/e/why").json
            #expect(why["cause"]?["kind"] == "event" && why["causes"] == causes)
            #expect(try await gateway.ask("GET", "/v1/incidents").json["items"] == [])

            try await Self.stand(gateway, "e", 9, "completed")
            try await eventually("it has ended") {
                try await gateway.ask("GET", "/v1/executions/e").json["status"] == "completed"
            }
            let incident = try await gateway.ask("GET", "/v1/incidents/e:history").json
            #expect(incident["cause"] == "history" && incident["code"] == "GW0026")
            let path = "/v1/incidents/e:history/decision"
            #expect(try await gateway.post(path, ["decision": "retry"]).status == 409)
            let decided = try await gateway.post(path, ["decision": "done", "comment": "noted"])
            #expect(decided.status == 200 && decided.json["decision"] == "done")
            #expect(try await gateway.ask("GET", "/v1/incidents?status=open").json["items"] == [])
        }
    }

    @Test func `events that are told twice change nothing and kill no message`() async throws {
        try await withGateway { gateway in
            func tell(_ sequence: Int64, _ kind: String, _ status: String, as id: String) async throws {
                let event = OrchestratorV1.ExecutionEvent(
                    executionID: "e", sequence: sequence, timeUs: 1_000_000 * sequence,
                    definition: CoreV1.DefinitionReference(namespace: "test", name: "n", version: "1.0.0"),
                    kind: kind, status: status, body: CoreV1.Payload(json: ["output": .integer(sequence)]),
                    formVersion: 1)
                try await gateway.backstage.publish(event, to: .orchestratorEvents, key: "e", id: id)
            }
            for time in 1...2 {
                try await tell(1, "executionStarted", "running", as: "e/1/\(time)")
                try await tell(2, "taskCompleted", "running", as: "e/2/\(time)")
                try await eventually("they are taken") {
                    try await ExecutionStore.find("e", tenant: "demo", on: gateway.pool)?.projection.sequence == 2
                }
            }
            try await tell(3, "executionCompleted", "completed", as: "e/3")
            try await eventually("it has ended") {
                try await gateway.ask("GET", "/v1/executions/e").json["output"] == 3
            }
            let heads = try await ExecutionEventStore.after(0, of: "e", on: gateway.pool)
            #expect(heads.map(\.sequence) == [1, 2, 3])
            #expect(try await gateway.pool.query("SELECT 1 AS one FROM dead_letters").isEmpty)
        }
    }
}
