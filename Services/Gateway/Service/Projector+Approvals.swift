import Contracts
import Core
import Messaging

extension Projector {
    func approval(
        _ message: Inbound, _ answers: inout [(id: String, answer: JSON)], _ transaction: MessageTransaction
    ) async throws {
        let connection = transaction.connection
        switch message.envelope.type {
        case ApprovalsV1.ApprovalRequested.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalRequested.self)
            try await ApprovalStore.add(
                event, subject: StoredPayload.json(event.subject), tenant: message.envelope.tenant, on: connection)
        case ApprovalsV1.ApprovalReminded.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalReminded.self)
            guard event.dueUs > 0 else { return }
            try await ApprovalStore.remind(
                event.approvalID, due: Instant(microseconds: event.dueUs), on: connection)
        case ApprovalsV1.DecisionRecorded.protoName:
            let event = try message.decode(ApprovalsV1.DecisionRecorded.self)
            let decision = Self.decision(event.decision, event.actor, event.comment, event.decidedUs)
            try await ApprovalStore.record(decision, of: event.approvalID, on: connection)
            answers.append((event.commandID, Answer.json(event)))
        case ApprovalsV1.ApprovalDecided.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalDecided.self)
            let decision = Self.decision(event.decision, event.actor, event.comment, event.decidedUs)
            try await ApprovalStore.record(decision, of: event.approvalID, on: connection)
            try await ApprovalStore.close(
                event.approvalID, status: event.decision == .approved ? "approved" : "rejected", actor: event.actor,
                comment: event.comment, at: Instant(microseconds: event.decidedUs), on: connection)
            answers.append((event.commandID, Answer.json(event)))
        case ApprovalsV1.ApprovalExpired.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalExpired.self)
            try await ApprovalStore.close(
                event.approvalID, status: "expired", at: Instant(microseconds: event.expiredUs), on: connection)
        case ApprovalsV1.ApprovalWithdrawn.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalWithdrawn.self)
            try await ApprovalStore.close(
                event.approvalID, status: "withdrawn", comment: event.reason, at: message.envelope.time,
                on: connection)
        case ApprovalsV1.DecisionRejected.protoName:
            let event = try message.decode(ApprovalsV1.DecisionRejected.self)
            answers.append((event.commandID, Answer.json(event)))
        default: break
        }
    }

    private static func decision(
        _ decision: ApprovalsV1.Decision, _ actor: String, _ comment: String, _ time: Int64
    ) -> JSON {
        [
            "decision": .string(decision.text ?? ""), "actor": .string(actor), "comment": .string(comment),
            "decidedAt": .string(Instant(microseconds: time).description),
        ]
    }
}
