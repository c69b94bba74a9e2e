import ApprovalsDomain
import Contracts
import Core
import Messaging
import ProtoWire

/// Makes the messages of the events topic. Their ids tell the approval, the round and what happened, so a repetition is
/// recognised as one.
enum Announcement {
    static let source = "cadenza/approvals"

    /// The message that tells `event`, which led to `stored`. `cause` is the id of the command, if there was one.
    static func of(
        _ event: ApprovalEvent, _ key: ApprovalKey, _ stored: StoredApproval, cause: String?, at now: Instant
    ) -> Outbound {
        let approval = stored.approval
        let round = "\(key.id)/\(approval.request.attempt)"
        func made(_ id: String, _ message: some ProtoMessage) -> Outbound {
            outbound(
                id, message, key: approval.request.executionID, tenant: key.tenant, cause: cause,
                correlation: stored.correlationID, trace: stored.traceparent, at: now)
        }
        switch event {
        case .requested(let request, let time):
            return made("\(round)/requested", ApprovalsV1.ApprovalRequested(request, at: time, due: approval.dueAt))
        case .reminded(let count, _, _):
            return made(
                "\(round)/reminded/\(count)",
                ApprovalsV1.ApprovalReminded(
                    approvalID: key.id, executionID: approval.request.executionID, count: Int32(clamping: count),
                    dueUs: approval.dueAt.microseconds))
        case .recorded(let vote): return made("\(round)/recorded/\(vote.commandID)", recorded(vote, approval))
        case .decided(let vote): return made("\(round)/decided", decided(vote, approval))
        case .expired(let time):
            return made(
                "\(round)/expired",
                ApprovalsV1.ApprovalExpired(
                    approvalID: key.id, executionID: approval.request.executionID,
                    attempt: Int32(clamping: approval.request.attempt), expiredUs: time.microseconds))
        case .withdrawn(let reason, _):
            return made(
                "\(round)/withdrawn",
                ApprovalsV1.ApprovalWithdrawn(
                    approvalID: key.id, executionID: approval.request.executionID, reason: reason))
        }
    }

    /// The message that tells a refusal; nil for commands that are never refused.
    static func refusal(
        of incoming: IncomingCommand, _ rejection: Rejection, _ stored: StoredApproval?, at now: Instant
    ) -> Outbound? {
        func made(_ id: String, key: String, _ message: some ProtoMessage) -> Outbound {
            let envelope = incoming.envelope
            return outbound(
                id, message, key: key, tenant: envelope.tenant, cause: envelope.id,
                correlation: envelope.correlationID ?? envelope.id,
                trace: envelope.traceparent, at: now)
        }
        switch incoming.command {
        case .request(let request):
            let answer = ApprovalsV1.RequestRejected(
                approvalID: request.id, executionID: request.executionID, attempt: Int32(clamping: request.attempt),
                rejection: CoreV1.Rejection(rejection))
            return made("\(request.id)/\(request.attempt)/refused", key: request.executionID, answer)
        case .decide(let decision):
            let answer = ApprovalsV1.DecisionRejected(
                approvalID: incoming.key.id, commandID: decision.commandID, rejection: CoreV1.Rejection(rejection))
            // Nobody knows the execution of an approval that does not exist: its own id keeps the answers in order.
            let key = stored?.approval.request.executionID ?? incoming.key.id
            return made("\(incoming.key.id)/refused/\(decision.commandID)", key: key, answer)
        case .withdraw, .fireTimer: return nil
        }
    }

    private static func recorded(_ vote: Vote, _ approval: Approval) -> ApprovalsV1.DecisionRecorded {
        ApprovalsV1.DecisionRecorded(
            approvalID: approval.request.id, executionID: approval.request.executionID, commandID: vote.commandID,
            decision: ApprovalsV1.Decision(vote.choice), actor: vote.actor, comment: vote.comment,
            decidedUs: vote.at.microseconds, approvals: Int32(clamping: approval.votes.count),
            quorum: Int32(clamping: approval.request.quorum), subjectDigest: approval.request.subject.digest)
    }

    private static func decided(_ vote: Vote, _ approval: Approval) -> ApprovalsV1.ApprovalDecided {
        ApprovalsV1.ApprovalDecided(
            approvalID: approval.request.id, executionID: approval.request.executionID,
            attempt: Int32(clamping: approval.request.attempt), commandID: vote.commandID,
            decision: ApprovalsV1.Decision(vote.choice), actor: vote.actor, comment: vote.comment,
            decidedUs: vote.at.microseconds, subjectDigest: approval.request.subject.digest)
    }
}

extension ApprovalsV1.Decision {
    init(_ choice: Choice) {
        switch choice {
        case .approved: self = .approved
        case .rejected: self = .rejected
        }
    }
}

extension ApprovalsV1.ApprovalRequested {
    init(_ request: ApprovalRequest, at time: Instant, due: Instant) {
        self.init(
            approvalID: request.id, executionID: request.executionID, task: request.task, title: request.title,
            subject: request.subject.payload, approvers: request.approvers, quorum: Int32(clamping: request.quorum),
            requestedUs: time.microseconds, dueUs: due.microseconds, checklist: request.checklist,
            subjectDigest: request.subject.digest, attempt: Int32(clamping: request.attempt))
    }
}
