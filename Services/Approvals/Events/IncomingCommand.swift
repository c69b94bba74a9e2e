import ApprovalsDomain
import Contracts
import Core
import Messaging
import ObjectStore
import ProtoWire

/// A command as it came in: the domain's command and where its answers go.
struct IncomingCommand: Sendable {
    var key: ApprovalKey
    var command: ApprovalCommand
    var envelope: Envelope
    /// The execution that waits; empty when the command does not say.
    var executionID = ""
    var attempt = 0

    /// Reads a message of the commands topic. Throws when the body is not what its type says; nil when the
    /// type is not a command of this service.
    init?(_ message: Inbound) throws(Poison) {
        envelope = message.envelope
        switch message.envelope.type {
        case ApprovalsV1.RequestApproval.protoName:
            let body = try message.decode(ApprovalsV1.RequestApproval.self)
            key = ApprovalKey(tenant: envelope.tenant, id: body.approvalID)
            (executionID, attempt) = (body.executionID, Int(body.attempt))
            command = .request(ApprovalRequest(body))
        case ApprovalsV1.DecideApproval.protoName:
            let body = try message.decode(ApprovalsV1.DecideApproval.self)
            key = ApprovalKey(tenant: envelope.tenant, id: body.approvalID)
            command = .decide(DecisionCommand(body))
        case ApprovalsV1.WithdrawApproval.protoName:
            let body = try message.decode(ApprovalsV1.WithdrawApproval.self)
            key = ApprovalKey(tenant: envelope.tenant, id: body.approvalID)
            command = .withdraw(reason: body.reason)
        default: return nil
        }
    }
}

extension ApprovalRequest {
    init(_ body: ApprovalsV1.RequestApproval) {
        self.init(
            id: body.approvalID, executionID: body.executionID, task: body.task, attempt: Int(body.attempt),
            title: body.title, subject: Subject(body.subject), approvers: body.approvers, quorum: Int(body.quorum),
            sla: .microseconds(body.slaUs), remindEvery: .microseconds(body.remindEveryUs), checklist: body.checklist)
    }
}

extension DecisionCommand {
    init(_ body: ApprovalsV1.DecideApproval) {
        self.init(
            commandID: body.commandID, choice: body.decision.text.flatMap(Choice.init(rawValue:)),
            comment: body.comment,
            actor: Actor(name: body.actor, roles: body.actorRoles), subjectDigest: body.subjectDigest)
    }
}

extension Subject {
    /// A blob is signed by its own digest, a value by that of its canonical form, so that spaces do not matter.
    init(_ payload: CoreV1.Payload?) {
        let payload = payload ?? CoreV1.Payload()
        let digest = payload.blob?.digest ?? (try? payload.json()).map { ContentDigest.hex(of: $0.bytes(.canonical)) }
        self.init(digest: digest ?? "", content: payload.protoBytes())
    }

    /// The payload that `content` holds.
    var payload: CoreV1.Payload? { try? CoreV1.Payload(protoBytes: content) }
}
