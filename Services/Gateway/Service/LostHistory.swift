import Contracts
import Core
import GatewayDomain
import Messaging

/// Incidents about what was told of executions and never came. Nobody else can decide anything about them.
enum LostHistory {
    /// What is missing.
    enum Cause: String, CaseIterable {
        /// Events of an execution.
        case history
        /// The execution itself.
        case execution
    }

    static func covers(_ row: IncidentRow) -> Bool { Cause(rawValue: row.cause) != nil }

    /// Tells people of it, once.
    static func raise(_ row: ExecutionRow, _ cause: Cause, _ transaction: MessageTransaction) async throws {
        let detail =
            switch cause {
            case .history: "its last events were lost: how it ended is known, what it gave is not"
            case .execution: "the orchestrator does not know it any more"
            }
        let incident = AgentsV1.IncidentRaised(
            incidentID: "\(row.id):\(cause.rawValue)", executionID: row.id, code: ErrorCode.historyLost.rawValue,
            detail: detail, dispatchedUs: row.updatedAt.microseconds, raisedUs: transaction.now.microseconds,
            cause: cause.rawValue)
        try await IncidentStore.add(incident, tenant: row.tenant, on: transaction.connection)
    }

    /// Closes one that a person has taken note of: that is all that can be decided.
    static func acknowledge(
        _ row: IncidentRow, _ decision: String, _ comment: String, _ request: APIRequest,
        _ transaction: MessageTransaction
    ) async throws -> APIAnswer {
        guard row.status == "open", decision == "done" else {
            throw Refusal(
                Rejection(.conflict, .historyLost, "Nothing can be done again: say done once you have taken note."))
        }
        try await IncidentStore.close(
            row.id, decision: decision, comment: comment, actor: request.origin.actor, at: transaction.now,
            on: transaction.connection)
        let closed = try await IncidentStore.find(row.id, tenant: request.tenant, on: transaction.connection)
        return APIAnswer(status: 200, body: (closed ?? row).json)
    }
}
