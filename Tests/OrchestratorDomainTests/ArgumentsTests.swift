import Core
import OrchestratorDomain
import Testing

@Suite struct ArgumentsTests {
    @Test func `an approval's arguments are read whole`() throws {
        let arguments = try ApprovalArguments([
            "title": "Review", "subject": ["amount": 12], "approvers": ["role:lead"], "quorum": 2, "sla": "PT4H",
            "remindEvery": "PT30M", "checklist": ["photographs"],
        ])
        #expect(arguments.title == "Review" && arguments.subject == ["amount": 12])
        #expect(arguments.approvers == ["role:lead"] && arguments.quorum == 2)
        #expect(arguments.sla == .seconds(4 * 3600) && arguments.remindEvery == .seconds(1800))
        #expect(arguments.checklist == ["photographs"])
    }

    @Test func `what an approval leaves out has the default of the approvals service`() throws {
        let arguments = try ApprovalArguments(["title": "Review", "sla": nil])
        #expect(arguments.subject == .null && arguments.quorum == 0 && arguments.sla == .zero)
    }

    @Test(
        arguments: [
            [:], ["title": ""], ["title": "x", "quorum": 0], ["title": "x", "quorum": 1.5], ["title": "x", "sla": 5],
            ["title": "x", "sla": "4 hours"], ["title": "x", "approvers": "ann"], ["title": "x", "checklist": [1]],
        ] as [JSON])
    func `an approval's wrong arguments fail the task as a validation error`(arguments: JSON) {
        let fault = #expect(throws: Fault.self) { try ApprovalArguments(arguments) }
        #expect(fault?.type == Fault.Standard.validation.type)
    }

    @Test func `a policy's arguments are read whole`() throws {
        let arguments = try PolicyArguments(["policy": "limit", "version": "1.0.0", "input": [1]])
        #expect(arguments.policy == "limit" && arguments.version == "1.0.0" && arguments.input == [1])
        #expect(try PolicyArguments(["policy": "limit"]).version == "")
        #expect(throws: Fault.self) { try PolicyArguments(["input": 1]) }
        #expect(throws: Fault.self) { try PolicyArguments(["policy": "limit", "version": 1]) }
    }
}
