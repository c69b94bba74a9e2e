import ApprovalsDomain
import Core
import Postgres

extension ApprovalTable {
    /// Writes the approvals as they stand now, new or changed, in one statement.
    static func save(_ entries: [(key: ApprovalKey, stored: StoredApproval)], on connection: PostgresConnection)
        async throws
    {
        if entries.isEmpty { return }
        let approvals = entries.map(\.stored.approval)
        let requests = approvals.map(\.request)
        let columns = approvals.map(Columns.init)
        _ = try await connection.execute(
            """
            INSERT INTO approvals (
                tenant, approval_id, execution_id, task, attempt, title, subject, subject_digest, approvers, quorum,
                sla_us, remind_every_us, checklist, requested_at, due_at, status, reminders, next_reminder_at,
                closed_at, decided_by, decision_command_id, comment, correlation_id, traceparent)
            SELECT * FROM unnest(
                \(entries.map(\.key.tenant)), \(entries.map(\.key.id)), \(requests.map(\.executionID)),
                \(requests.map(\.task)), \(requests.map(\.attempt)), \(requests.map(\.title)),
                \(requests.map(\.subject.content)), \(requests.map(\.subject.digest)),
                \(requests.map { list($0.approvers) }),
                \(requests.map(\.quorum)), \(requests.map(\.sla.wholeMicroseconds)),
                \(requests.map(\.remindEvery.wholeMicroseconds)), \(requests.map { list($0.checklist) }),
                \(approvals.map(\.requestedAt)), \(approvals.map(\.dueAt)), \(columns.map(\.status)),
                \(columns.map(\.reminders)), \(columns.map(\.nextReminder)), \(columns.map(\.closedAt)),
                \(columns.map(\.decidedBy)), \(columns.map(\.commandID)), \(columns.map(\.comment)),
                \(entries.map(\.stored.correlationID)), \(entries.map(\.stored.traceparent)))
            ON CONFLICT (tenant, approval_id) DO UPDATE SET
                task = excluded.task, attempt = excluded.attempt, title = excluded.title, subject = excluded.subject,
                subject_digest = excluded.subject_digest, approvers = excluded.approvers, quorum = excluded.quorum,
                sla_us = excluded.sla_us, remind_every_us = excluded.remind_every_us, checklist = excluded.checklist,
                requested_at = excluded.requested_at, due_at = excluded.due_at, status = excluded.status,
                reminders = excluded.reminders, next_reminder_at = excluded.next_reminder_at,
                closed_at = excluded.closed_at, decided_by = excluded.decided_by,
                decision_command_id = excluded.decision_command_id, comment = excluded.comment,
                correlation_id = excluded.correlation_id, traceparent = excluded.traceparent
            """)
    }

    private static func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }

    /// The columns that tell the state.
    private struct Columns {
        var status = "pending"
        var reminders = 0
        var nextReminder: Instant?
        var closedAt: Instant?
        var decidedBy: String?
        var commandID: String?
        var comment: String?

        init(_ approval: Approval) {
            switch approval.state {
            case .pending(let given): (reminders, nextReminder) = (given.count, given.next)
            case .decided(let vote):
                (status, closedAt, decidedBy) = (vote.choice.rawValue, vote.at, vote.actor)
                (commandID, comment) = (vote.commandID, vote.comment)
            case .expired(let time): (status, closedAt) = ("expired", time)
            case .withdrawn(let reason, let time): (status, closedAt, comment) = ("withdrawn", time, reason)
            }
        }
    }
}
