import ApprovalsDomain
import Core
import Postgres

@testable import Approvals

extension Catalogue {
    /// Every statement of approvals.
    static func approvals(_ pool: PostgresPool) async throws {
        let key = ApprovalKey(tenant: "a", id: "b")
        try await pool.transaction { connection in
            for state in states { try await ApprovalTable.save([(key, stored(state))], on: connection) }
            try await DecisionTable.insert([row("c", nil), row("d", "AP0001")], on: connection)
            _ = try await ApprovalTable.lock([key], on: connection)
            try await TimerTable.set([(key, moment(1)), (ApprovalKey(tenant: "b", id: "b"), nil)], on: connection)
            _ = try await ApprovalTable.lockDue(at: moment(2), limit: 1000, on: connection)
            _ = try await TimerTable.page(after: ApprovalKey(tenant: "", id: ""), limit: 1000, on: connection)
            _ = try await TimerTable.page(after: key, limit: 1000, on: connection)
            _ = try await TimerTable.next(on: connection)
            _ = try await DecisionTable.answered([(key, "c")], on: connection)
        }
    }

    private static let vote = Vote(commandID: "c", actor: "a", choice: .approved, comment: "", at: moment(3))

    private static let states: [Approval.State] = [
        .pending(Approval.Reminders(count: 1, next: moment(2))), .decided(vote), .expired(at: moment(4)),
        .withdrawn(reason: "r", at: moment(4)),
    ]

    private static func stored(_ state: Approval.State) -> StoredApproval {
        let request = ApprovalRequest(
            id: "b", executionID: "e", task: "/do/0", attempt: 1, title: "t",
            subject: Subject(digest: "d", content: [1]), approvers: ["user:ann"], quorum: 1, sla: .seconds(9),
            remindEvery: .seconds(3), checklist: ["x"])
        let approval = Approval(request: request, requestedAt: moment(0), votes: [], state: state)
        return StoredApproval(approval: approval, correlationID: nil, traceparent: "p")
    }

    private static func row(_ command: String, _ refusal: ErrorCode?) -> DecisionRow {
        DecisionRow(
            key: ApprovalKey(tenant: "a", id: "b"),
            command: DecisionCommand(commandID: command, choice: .approved, actor: Actor(name: "a", roles: [])),
            attempt: 1, subjectDigest: "d", decidedAt: moment(3), refusal: refusal)
    }
}
