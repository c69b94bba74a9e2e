import Contracts
import Core
import ProtoWire
import Testing

@Suite struct MessageJSONTests {
    @Test func `members are named, payloads are the JSON they hold, enumerations their names`() throws {
        let command = ApprovalsV1.DecideApproval(
            commandID: "c", approvalID: "a", decision: .approved, actorRoles: ["lead", "auditor"])
        let json: JSON = [
            "commandId": "c", "approvalId": "a", "decision": "DECISION_APPROVED", "actorRoles": ["lead", "auditor"],
        ]
        #expect(try MessageJSON.json(of: command.protoBytes(), as: ApprovalsV1.DecideApproval.self) == json)
        let start = OrchestratorV1.StartExecution(executionID: "e", input: CoreV1.Payload(json: ["n": [1, 2.5]]))
        let shown = try MessageJSON.json(of: start.protoBytes(), as: OrchestratorV1.StartExecution.self)
        #expect(shown["input"] == ["json": ["n": [1, 2.5]]])
        let rules = PolicyV1.RuleResult(risk: -3)
        #expect(try MessageJSON.json(of: rules.protoBytes(), as: PolicyV1.RuleResult.self)["risk"]?.int == -3)
    }

    @Test func `a payload that is no JSON is shown by its bytes and stays as it is`() throws {
        let payload = CoreV1.Payload(form: .json([0x7b, 0xff]))
        let json = try MessageJSON.json(of: payload.protoBytes(), as: CoreV1.Payload.self)
        #expect(json == ["jsonBytes": "e/8="])
        #expect(try MessageJSON.bytes(of: json, as: CoreV1.Payload.self) == payload.protoBytes())
    }

    @Test(
        arguments: [
            (["executionId": 5], "/executionId: found number, expected string"),
            (["executionID": "e"], "/executionID: found an unknown member"),
            (["definition": "a/b"], "/definition: found string, expected object"),
            (["input": ["jsonBytes": "?"]], "/input/jsonBytes: found string, expected base64"),
            (["parent": ["executionId": 1]], "/parent/executionId: found number"),
        ] as [(JSON, String)])
    func `what does not fit is refused by its place`(json: JSON, told: String) throws {
        let error = try #require(throws: MessageJSONError.self) {
            try MessageJSON.bytes(of: json, as: OrchestratorV1.StartExecution.self)
        }
        #expect(error.description.hasPrefix(told))
    }

    @Test func `bytes that are no message are refused`() {
        #expect(throws: ProtoError.self) { try MessageJSON.json(of: [0xff], as: CoreV1.Payload.self) }
    }
}
