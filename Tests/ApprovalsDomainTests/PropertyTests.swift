import ApprovalsDomain
import Core
import Testing

/// Random sequences of commands, each from a seed that a failure prints.
@Suite struct PropertyTests {
    @Test(arguments: 0..<40) func randomCommandsKeepTheRules(block: Int) {
        for seed in (block * 50)..<(block * 50 + 50) { run(seed: UInt64(seed)) }
    }

    private func run(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var driven = Driven()
        var now = start
        let quorum = Int.random(in: 0...4, using: &random)
        for step in 0..<40 {
            now = now + .seconds(Int64.random(in: 0...20, using: &random))
            let command = Self.command(step: step, quorum: quorum, &random)
            let before = driven.approval
            let reply = driven.take(command, at: now)
            if case .rejected = reply {
                #expect(driven.approval == before, "seed \(seed): a refusal changed the state")
            }
            if case .decide(let decision) = command, case .accepted(let events) = reply, !events.isEmpty {
                #expect(Self.mayVote(decision, before, now: now), "seed \(seed): a vote counted that must not")
            }
        }
        check(driven, seed: seed)
    }

    private static func command(step: Int, quorum: Int, _ random: inout SplitMix64) -> ApprovalCommand {
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1:
            let attempt = Int.random(in: 1...3, using: &random)
            let remindEvery: Duration = Bool.random(using: &random) ? .zero : .seconds(7)
            return .request(
                request(
                    attempt: attempt, approvers: ["user:ann", "role:lead"], quorum: quorum, sla: .seconds(120),
                    remindEvery: remindEvery))
        case 2: return .withdraw(reason: "not needed")
        case 3, 4, 5, 6: return .fireTimer
        default:
            let actor = ["ann", "bob", "cid", "dot", "eve"].randomElement(using: &random) ?? "ann"
            let choice: Choice = Int.random(in: 0..<6, using: &random) == 0 ? .rejected : .approved
            let id = "c\(Int.random(in: 0...step, using: &random))"
            return decision(id, choice, by: actor, roles: actor == "eve" ? [] : ["lead"])
        }
    }

    /// The rule of entitlement, told again in other words.
    private static func mayVote(_ decision: DecisionCommand, _ approval: Approval?, now: Instant) -> Bool {
        guard let approval, case .pending = approval.state else { return false }
        return now < approval.dueAt && decision.actor.name != "eve"
            && !approval.votes.map(\.actor).contains(decision.actor.name)
    }

    /// Looks at the whole history: fold, one outcome a round, quorum arithmetic, times.
    private func check(_ driven: Driven, seed: UInt64) {
        var folded: Approval?
        var outcomes = 0
        var approvals: [String] = []
        var request: ApprovalRequest?
        var due = start
        for event in driven.events {
            if folded == nil { folded = Approval(first: event) } else { folded?.apply(event) }
            switch event {
            case .requested(let asked, let time):
                (outcomes, approvals, request, due) = (0, [], asked, time + asked.sla)
            case .recorded(let vote):
                approvals.append(vote.actor)
                #expect(
                    vote.choice == .approved && approvals.count < request?.quorum ?? 0, "seed \(seed): quorum missed")
            case .decided(let vote):
                outcomes += 1
                if vote.choice == .approved {
                    approvals.append(vote.actor)
                    #expect(Set(approvals).count == request?.quorum, "seed \(seed): decided without the quorum")
                }
            case .expired(let time):
                outcomes += 1
                #expect(time >= due, "seed \(seed): expired early")
            case .withdrawn: outcomes += 1
            case .reminded(_, let time, let next):
                #expect(time < due && next ?? start < due, "seed \(seed): reminded after the end")
            }
            #expect(outcomes <= 1, "seed \(seed): two outcomes in a round")
            #expect(outcomes == 0 || folded?.nextTimer == nil, "seed \(seed): a closed round has a timer")
        }
        #expect(folded == driven.approval, "seed \(seed): fold differs from the state")
    }
}
