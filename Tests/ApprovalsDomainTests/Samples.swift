import ApprovalsDomain
import Core

let start = Instant(microseconds: 1_800_000_000_000_000)

func request(
    attempt: Int = 1, approvers: [String] = [], quorum: Int = 1, sla: Duration = .seconds(3600),
    remindEvery: Duration = .zero, digest: String = "d1"
) -> ApprovalRequest {
    ApprovalRequest(
        id: "e1:4", executionID: "e1", task: "/do/3/ask", attempt: attempt, title: "Pay the claim?",
        subject: Subject(digest: digest, content: [123, 125]), approvers: approvers, quorum: quorum, sla: sla,
        remindEvery: remindEvery, checklist: ["the date is within the cover"])
}

func decision(
    _ id: String, _ choice: Choice? = .approved, by actor: String = "ann", roles: [String] = [],
    signing digest: String = ""
) -> ApprovalCommand {
    .decide(
        DecisionCommand(
            commandID: id, choice: choice, comment: "", actor: Actor(name: actor, roles: roles), subjectDigest: digest))
}

/// An approval that is driven as the service drives it: decide, then apply each event.
struct Driven {
    var approval: Approval?
    var events: [ApprovalEvent] = []

    @discardableResult
    mutating func take(_ command: ApprovalCommand, at now: Instant = start) -> ApprovalReply {
        let reply = Approval.decide(approval, command, now: now)
        if case .accepted(let happened) = reply {
            for event in happened {
                if approval == nil { approval = Approval(first: event) } else { approval?.apply(event) }
            }
            events += happened
        }
        return reply
    }
}

extension ApprovalReply {
    var code: ErrorCode? { if case .rejected(let rejection) = self { rejection.code } else { nil } }
    var changesNothing: Bool { self == .accepted([]) }
}
