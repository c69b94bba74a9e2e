import Contracts
import Core
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("Incidents", .timeLimit(.minutes(5)))
struct IncidentTests {
    private static let raised = AgentsV1.IncidentRaised(
        incidentID: "e:2:1:1", taskID: "e:2", executionID: "e", attempt: 1, task: "/do/0/mail", function: "http",
        target: "POST mail.test/send", effectClass: "irreversible", code: "AW0006", detail: "nobody knows",
        dispatchedUs: 1_000_000, raisedUs: 2_000_000)

    @Test func `an incident is listed, explains why, is decided once, and who decided is audited`() async throws {
        try await withGateway { gateway in
            let event = OrchestratorV1.ExecutionEvent(
                executionID: "e", sequence: 1, timeUs: 1_000_000,
                definition: CoreV1.DefinitionReference(namespace: "test", name: "n", version: "1.0.0"),
                kind: "executionStarted", status: "running", body: CoreV1.Payload(json: [:]), formVersion: 1,
                causes: CoreV1.Payload(json: [["kind": "task", "id": "e:2", "task": "/do/0/mail", "at": "a worker"]]))
            try await gateway.backstage.publish(event, to: .orchestratorEvents, key: "e", id: "e/1")
            for repetition in ["a", "b"] {
                try await gateway.backstage.publish(Self.raised, to: .agentsEvents, key: "e", id: repetition)
            }
            try await eventually("it is known") { try await gateway.ask("GET", "/v1/incidents/e:2:1:1").status == 200 }
            try await eventually("why says so") {
                try await gateway.ask("GET", "/v1/executions/e/why").json["causes"]?[0]?["incident"] == "e:2:1:1"
            }
            let open = try await gateway.ask("GET", "/v1/incidents?status=open").json["items"]?.array
            #expect(open?.map { $0["target"] } == ["POST mail.test/send"])
            #expect(try await gateway.ask("GET", "/v1/incidents", key: "key-of-another").json["items"] == [])
            #expect(try await gateway.ask("GET", "/v1/incidents/e:2:1:1", key: "key-of-another").status == 404)

            let path = "/v1/incidents/e:2:1:1/decision"
            #expect(try await gateway.post(path, ["decision": "retry"], key: "key-of-a-viewer").status == 403)
            #expect(try await gateway.post(path, ["decision": "shrug"]).status == 400)
            #expect(try await gateway.post(path, ["decision": "retry", "result": 1]).status == 400)
            let refused = try await gateway.post(path, ["decision": "retry", "comment": "refuse me"])
            #expect(refused.status == 409 && refused.json["code"] == "AW0012")
            let body: JSON = ["decision": "done", "result": ["sent": true], "comment": "I saw it"]
            let decided = try await gateway.post(path, body, idempotencyKey: "k")
            #expect(decided.status == 200)
            #expect(decided.json["status"] == "decided" && decided.json["decision"] == "done")
            #expect(decided.json["actor"] == "ann" && decided.json["comment"] == "I saw it")
            #expect(try await gateway.post(path, body, idempotencyKey: "k").json == decided.json)

            let commands = gateway.backstage.all(AgentsV1.DecideIncident.protoName)
            let last = try #require(try commands.last?.decode(AgentsV1.DecideIncident.self))
            #expect(commands.count == 2)
            #expect(try last.taskID == "e:2" && last.decision == .done && last.result?.json() == ["sent": true])
            try await eventually("the audit") {
                try gateway.backstage.all(AuditV1.ActionAudited.protoName).contains {
                    try $0.decode(AuditV1.ActionAudited.self).action == "incident.done"
                }
            }
            #expect(try await gateway.ask("GET", "/v1/incidents?status=open").json["items"] == [])
        }
    }
}
