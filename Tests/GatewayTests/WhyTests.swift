import Contracts
import Core
import Messaging
import TestKit
import Testing

@testable import Gateway

@Suite("Why an execution waits", .timeLimit(.minutes(5)))
struct WhyTests {
    private static func event(
        _ id: String, _ sequence: Int64, _ kind: String, status: String, body: JSON = [:], causes: JSON? = nil
    ) -> OrchestratorV1.ExecutionEvent {
        OrchestratorV1.ExecutionEvent(
            executionID: id, sequence: sequence, timeUs: 1_000_000 * sequence,
            definition: CoreV1.DefinitionReference(namespace: "test", name: "n", version: "1.0.0"), kind: kind,
            status: status, body: CoreV1.Payload(json: body), formVersion: 1,
            causes: causes.map { CoreV1.Payload(json: $0) })
    }

    @Test func `the answer names what is waited for, people included, and then how it ended`() async throws {
        try await withGateway { gateway in
            let approval = ApprovalsV1.ApprovalRequested(
                approvalID: "e:2", executionID: "e", task: "/do/1/ask", title: "Pay?", approvers: ["role:lead"],
                quorum: 2, requestedUs: 2_000_000, dueUs: 9_000_000)
            try await gateway.backstage.publish(approval, to: .approvalsEvents, key: "e", id: "e:2/requested")
            try await eventually("the approval") { try await gateway.ask("GET", "/v1/approvals/e:2").status == 200 }
            let causes: JSON = [
                ["kind": "task", "id": "e:2", "task": "/do/1/ask", "attempt": 1, "at": "the approvals service"],
                ["kind": "timer", "id": "e:t1", "purpose": "timeout", "due": "2026-01-01T00:00:00Z"],
            ]
            let log = [
                Self.event("e", 1, "executionStarted", status: "running"),
                Self.event("e", 2, "taskRequested", status: "running", causes: causes),
            ]
            for one in log {
                try await gateway.backstage.publish(one, to: .orchestratorEvents, key: "e", id: "e/\(one.sequence)")
            }
            try await eventually("the causes") {
                try await gateway.ask("GET", "/v1/executions/e/why").json["causes"]?.array?.count == 2
            }
            // Once is enough: what else the machine does is not to be measured.
            try await eventually("an answer within 50 ms") {
                let took = try await ContinuousClock().measure {
                    _ = try await gateway.ask("GET", "/v1/executions/e/why")
                }
                return took < .milliseconds(50)
            }
            let why = try await gateway.ask("GET", "/v1/executions/e/why").json
            #expect(why["status"] == "running" && why["asOf"]?.string != nil)
            let asked = why["causes"]?[0]
            #expect(asked?["kind"] == "approval" && asked?["approvers"] == ["role:lead"] && asked?["quorum"] == 2)
            #expect(asked?["attempt"] == 1 && asked?["due"] == "1970-01-01T00:00:09Z")
            #expect(why["causes"]?[1]?["kind"] == "timer")
            #expect(try await gateway.ask("GET", "/v1/executions/e/why", key: "key-of-another").status == 404)
            let end = Self.event("e", 3, "executionCancelled", status: "cancelled", body: ["reason": "not needed"])
            try await gateway.backstage.publish(end, to: .orchestratorEvents, key: "e", id: "e/3")
            try await eventually("the end") {
                try await gateway.ask("GET", "/v1/executions/e/why").json["ended"]?["status"] == "cancelled"
            }
            let ended = try await gateway.ask("GET", "/v1/executions/e/why").json
            #expect(ended["causes"] == [] && ended["ended"]?["reason"] == "not needed")
        }
    }

    @Test func `what failed says with which error and where, what has not begun says so`() async throws {
        try await withGateway(backstage: Backstage(silent: [OrchestratorV1.StartExecution.protoName])) { gateway in
            try await gateway.workflow()
            let started = try await gateway.post("/v1/workflows/test/hello/execute", [:])
            let id = try #require(started.json["id"]?.string)
            let why = try await gateway.ask("GET", "/v1/executions/\(id)/why").json
            #expect(why["causes"]?[0]?["kind"] == "start")
            let fault: JSON = ["type": "x", "status": 500, "title": "t", "instance": "/do/0/a"]
            let log = [
                Self.event(id, 1, "executionStarted", status: "running"),
                Self.event(id, 2, "executionFaulted", status: "faulted", body: ["fault": fault]),
            ]
            for one in log {
                try await gateway.backstage.publish(one, to: .orchestratorEvents, key: id, id: "\(id)/\(one.sequence)")
            }
            try await eventually("the end") {
                try await gateway.ask("GET", "/v1/executions/\(id)/why").json["ended"]?["task"] == "/do/0/a"
            }
        }
    }
}
