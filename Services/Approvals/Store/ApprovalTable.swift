import ApprovalsDomain
import Core
import Postgres

/// The table `approvals`.
enum ApprovalTable {
    /// Loads and locks the approvals of these keys; those that do not exist are left out. Rows are locked in the order
    /// of their keys, so two batches never wait for each other in a circle.
    static func lock(_ keys: [ApprovalKey], on connection: PostgresConnection) async throws -> [ApprovalKey:
        StoredApproval]
    {
        let rows = try await connection.query(
            """
            SELECT a.* FROM approvals a
            JOIN unnest(\(keys.map(\.tenant)), \(keys.map(\.id))) AS k(tenant, approval_id) USING (tenant, approval_id)
            ORDER BY a.tenant, a.approval_id FOR UPDATE OF a
            """)
        return try await assemble(rows, on: connection)
    }

    /// Loads and locks up to `limit` approvals that have a timer due, passing over those that another process holds.
    static func lockDue(
        at now: Instant, limit: Int, on connection: PostgresConnection
    ) async throws -> [ApprovalKey: StoredApproval] {
        let rows = try await connection.query(
            """
            SELECT a.* FROM timers t JOIN approvals a USING (tenant, approval_id)
            WHERE t.due_at <= \(now) ORDER BY t.due_at LIMIT \(limit) FOR UPDATE OF a SKIP LOCKED
            """)
        return try await assemble(rows, on: connection)
    }

    private static func assemble(
        _ rows: [PostgresRow], on connection: PostgresConnection
    ) async throws -> [ApprovalKey: StoredApproval] {
        if rows.isEmpty { return [:] }
        let keys = try rows.map { ApprovalKey(tenant: try $0.string("tenant"), id: try $0.string("approval_id")) }
        let votes = try await DecisionTable.votes(of: keys, on: connection)
        var found: [ApprovalKey: StoredApproval] = [:]
        for (key, row) in zip(keys, rows) { found[key] = try stored(row, votes: votes[key] ?? []) }
        return found
    }

    private static func stored(_ row: PostgresRow, votes: [Vote]) throws -> StoredApproval {
        let request = ApprovalRequest(
            id: try row.string("approval_id"), executionID: try row.string("execution_id"),
            task: try row.string("task"),
            attempt: try row.int("attempt"), title: try row.string("title"),
            subject: Subject(digest: try row.string("subject_digest"), content: try row.bytes("subject")),
            approvers: try texts(row, "approvers"), quorum: try row.int("quorum"),
            sla: .microseconds(try row.int64("sla_us")), remindEvery: .microseconds(try row.int64("remind_every_us")),
            checklist: try texts(row, "checklist"))
        let approval = Approval(
            request: request, requestedAt: try row.instant("requested_at"), votes: votes,
            state: try state(row, votes: votes))
        return StoredApproval(
            approval: approval, correlationID: try row.optionalString("correlation_id"),
            traceparent: try row.optionalString("traceparent"))
    }

    private static func state(_ row: PostgresRow, votes: [Vote]) throws -> Approval.State {
        let closed = try row.optionalInstant("closed_at")
        switch (try row.string("status"), closed, votes.last) {
        case ("pending", nil, _):
            return .pending(
                Approval.Reminders(count: try row.int("reminders"), next: try row.optionalInstant("next_reminder_at")))
        case ("approved", _?, let vote?), ("rejected", _?, let vote?): return .decided(vote)
        case ("expired", let time?, _): return .expired(at: time)
        case ("withdrawn", let time?, _):
            return .withdrawn(reason: try row.optionalString("comment") ?? "", at: time)
        default: throw ApprovalsError.unreadableRow(table: "approvals")
        }
    }

    private static func texts(_ row: PostgresRow, _ column: String) throws -> [String] {
        (try row.json(column).array ?? []).compactMap(\.string)
    }
}
