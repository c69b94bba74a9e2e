import Contracts
import Core

/// What another service answered to a request of ours, as the replies table keeps it.
enum Answer {
    static func json(_ message: StateV1.HistoryRead) -> JSON {
        [
            "page": StoredPayload.json(message.page) ?? .null, "next": .integer(message.nextAfterSequence),
            "rejection": StoredRejection.json(message.rejection) ?? .null,
        ]
    }

    static func json(_ message: StateV1.ExecutionVerified) -> JSON {
        [
            "sound": .bool(message.sound), "events": .integer(message.events), "finding": .string(message.finding),
            "state": StoredPayload.json(message.state) ?? .null,
        ]
    }

    static func json(_ message: ApprovalsV1.ApprovalDecided) -> JSON {
        ["outcome": "decided", "decision": .string(message.decision.text ?? "")]
    }

    static func json(_ message: ApprovalsV1.DecisionRecorded) -> JSON {
        [
            "outcome": "recorded", "approvals": .integer(Int64(message.approvals)),
            "quorum": .integer(Int64(message.quorum)),
        ]
    }

    static func json(_ message: AgentsV1.IncidentDecided) -> JSON {
        ["outcome": "decided", "decision": .string(message.decision.text ?? "")]
    }

    static func json(_ message: AgentsV1.IncidentDecisionRejected) -> JSON {
        ["outcome": "rejected", "rejection": StoredRejection.json(message.rejection) ?? .null]
    }

    static func json(_ message: ApprovalsV1.DecisionRejected) -> JSON {
        ["outcome": "rejected", "rejection": StoredRejection.json(message.rejection) ?? .null]
    }
}
