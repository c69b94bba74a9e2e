import Contracts
import Core
import Messaging

/// Which messages of other services are kept beside a history, and what of them.
extension ActivityTable.Row {
    /// The activity that a message tells of; nil when it is none. Throws `Poison` when it cannot be read.
    init?(_ message: Inbound) throws {
        guard let (execution, body) = try Self.read(message), !execution.isEmpty else { return nil }
        let envelope = message.envelope
        self.init(
            key: ExecutionKey(tenant: envelope.tenant, execution: execution), messageID: envelope.id,
            type: envelope.type,
            source: envelope.source, happenedAt: envelope.time, body: body)
    }

    private static func read(_ message: Inbound) throws -> (execution: String, body: JSON)? {
        switch message.envelope.type {
        case AgentsV1.TaskStarted.protoName:
            let event = try message.decode(AgentsV1.TaskStarted.self)
            return (
                event.executionID,
                ["taskId": .string(event.taskID), "attempt": number(event.attempt), "worker": .string(event.worker)]
            )
        case AgentsV1.TurnRecorded.protoName: return turn(try message.decode(AgentsV1.TurnRecorded.self))
        case PolicyV1.VerdictGiven.protoName: return verdict(try message.decode(PolicyV1.VerdictGiven.self))
        case ApprovalsV1.ApprovalRequested.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalRequested.self)
            return (
                event.executionID,
                [
                    "approvalId": .string(event.approvalID), "title": .string(event.title),
                    "approvers": .array(event.approvers.map(JSON.string)), "quorum": number(event.quorum),
                    "due": .string(Instant(microseconds: event.dueUs).description),
                ]
            )
        case ApprovalsV1.ApprovalReminded.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalReminded.self)
            return (event.executionID, ["approvalId": .string(event.approvalID), "count": number(event.count)])
        case ApprovalsV1.DecisionRecorded.protoName:
            let event = try message.decode(ApprovalsV1.DecisionRecorded.self)
            return (event.executionID, decision(event.approvalID, event.decision, event.actor, event.comment))
        case ApprovalsV1.ApprovalDecided.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalDecided.self)
            return (event.executionID, decision(event.approvalID, event.decision, event.actor, event.comment))
        case ApprovalsV1.ApprovalExpired.protoName:
            let event = try message.decode(ApprovalsV1.ApprovalExpired.self)
            return (event.executionID, ["approvalId": .string(event.approvalID)])
        default:
            // Messages of these topics that are no activities of their own: the history tells of their outcome.
            guard MessageCatalogue.type(named: message.envelope.type) != nil else {
                throw Poison(message, "MS0006", "the state service does not know \(message.envelope.type.prefix(80))")
            }
            return nil
        }
    }

    private static func turn(_ event: AgentsV1.TurnRecorded) -> (String, JSON) {
        (
            event.executionID,
            [
                "taskId": .string(event.taskID), "attempt": number(event.attempt), "turn": number(event.turn),
                "kind": .string(event.kind), "request": value(event.request), "response": value(event.response),
                "usage": (event.usage ?? CoreV1.Usage()).json, "durationMs": .integer(event.durationUs / 1000),
            ]
        )
    }

    private static func verdict(_ event: PolicyV1.VerdictGiven) -> (String, JSON) {
        (
            event.executionID,
            [
                "policy": .string(event.policy), "version": .string(event.version), "risk": number(event.risk),
                "outcome": .string(event.outcome.text ?? ""), "verdict": value(event.verdict),
            ]
        )
    }

    private static func decision(
        _ approval: String, _ decision: ApprovalsV1.Decision, _ actor: String, _ comment: String
    ) -> JSON {
        [
            "approvalId": .string(approval), "decision": .string(decision.text ?? ""), "actor": .string(actor),
            "comment": .string(comment),
        ]
    }

    private static func number(_ value: Int32) -> JSON { .integer(Int64(value)) }

    /// A value in line, or where it lies.
    private static func value(_ payload: CoreV1.Payload?) -> JSON {
        guard let payload else { return .null }
        if let blob = payload.blob { return ["blob": .string(blob.digest), "size": .integer(blob.sizeBytes)] }
        return (try? payload.json()) ?? .null
    }
}
