import ApprovalsDomain
import Core
import Testing

@Suite struct DecisionTests {
    @Test func oneApprovalClosesWhenNoQuorumIsAsked() {
        var driven = Driven()
        driven.take(.request(request(quorum: 0)))
        driven.take(decision("c1"))
        guard case .decided(let vote)? = driven.approval?.state else { return #expect(Bool(false)) }
        #expect(vote.choice == .approved && vote.actor == "ann")
    }

    @Test func aQuorumCountsDistinctApproversOnly() {
        var driven = Driven()
        driven.take(.request(request(quorum: 2)))
        driven.take(decision("c1", by: "ann"))
        #expect(driven.take(decision("c2", by: "user:ann")).code == .decidedTwice)
        #expect(driven.approval?.votes.count == 1)
        driven.take(decision("c3", by: "bob"))
        guard case .decided(let vote)? = driven.approval?.state else { return #expect(Bool(false)) }
        #expect(vote.actor == "bob" && driven.approval?.votes.map(\.actor) == ["ann", "bob"])
    }

    @Test func oneRejectionEndsIt() {
        var driven = Driven()
        driven.take(.request(request(quorum: 3)))
        driven.take(decision("c1", by: "ann"))
        driven.take(decision("c2", .rejected, by: "bob"))
        guard case .decided(let vote)? = driven.approval?.state else { return #expect(Bool(false)) }
        #expect(vote.choice == .rejected)
        #expect(driven.take(decision("c3", by: "cid")).code == .approvalClosed)
    }

    @Test(
        arguments: [
            (["user:ann"], "ann", [], true), (["user:ann"], "bob", ["ann"], false),
            (["role:lead"], "bob", ["lead"], true), (["role:lead"], "bob", ["role:lead"], true),
            (["role:lead"], "lead", [], false), (["lead"], "lead", [], true), (["lead"], "bob", ["lead"], true),
            ([], "anyone", [], true), (["user:ann", "role:lead"], "bob", ["clerk"], false),
        ] as [([String], String, [String], Bool)])
    func onlyTheNamedMayDecide(approvers: [String], actor: String, roles: [String], admitted: Bool) {
        var driven = Driven()
        driven.take(.request(request(approvers: approvers)))
        let reply = driven.take(decision("c1", by: actor, roles: roles))
        #expect(reply.code == (admitted ? nil : .notEntitled))
    }

    @Test func aRepeatedCommandChangesNothing() {
        var driven = Driven()
        driven.take(.request(request(quorum: 2)))
        driven.take(decision("c1", by: "ann"))
        #expect(driven.take(decision("c1", by: "ann")).changesNothing)
        driven.take(decision("c2", by: "bob"))
        let before = driven.approval
        #expect(driven.take(decision("c2", by: "bob")).changesNothing)
        #expect(driven.take(.request(request(quorum: 2))).changesNothing)
        #expect(driven.approval == before)
    }

    @Test func anUnknownApprovalIsSaidToBeUnknown() {
        var driven = Driven()
        #expect(driven.take(decision("c1")).code == .unknownApproval)
        #expect(driven.take(.withdraw(reason: "")).changesNothing)
        #expect(driven.take(.fireTimer).changesNothing)
    }

    @Test func aDecisionWithoutChoiceActorOrIdIsMalformed() {
        var driven = Driven()
        driven.take(.request(request()))
        #expect(driven.take(decision("c1", nil)).code == .malformedDecision)
        #expect(driven.take(decision("c1", by: "user:")).code == .malformedDecision)
        #expect(driven.take(decision("")).code == .malformedDecision)
    }

    @Test func aSignatureOverAnotherSubjectIsRefused() {
        var driven = Driven()
        driven.take(.request(request(digest: "d1")))
        #expect(driven.take(decision("c1", signing: "d0")).code == .subjectChanged)
        #expect(driven.take(decision("c2", signing: "d1")).code == nil)
    }

    @Test(arguments: [
        request(quorum: -1), request(sla: .seconds(-1)), request(sla: .seconds(4000 * 86_400)),
        request(remindEvery: .milliseconds(1)), request(approvers: ["user:"]), request(approvers: [""]),
        request(approvers: ["user:ann", "user:ann"], quorum: 2),
    ])
    func anImpossibleRequestIsRefused(request: ApprovalRequest) {
        var driven = Driven()
        #expect(driven.take(.request(request)).code == .malformedRequest)
        #expect(driven.approval == nil)
    }
}
