import Contracts
import Core
import GatewayDomain
import Postgres

/// Approvals as the API shows them.
enum ApprovalStore {
    static let statuses = ["pending", "approved", "rejected", "expired", "withdrawn"]

    private static let columns: SQL =
        """
        approval_id, execution_id, task, title, subject, subject_digest, approvers, quorum, checklist, status,
        decisions, actor, comment, requested_at, due_at, closed_at
        """

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> ApprovalRow? {
        try await pool.query(
            "SELECT \(columns) FROM approvals WHERE approval_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map { try ApprovalRow($0) }
    }

    static func page(
        status: String?, executionID: String?, tenant: String, after cursor: PageCursor?, limit: Int,
        on pool: PostgresPool
    ) async throws -> [ApprovalRow] {
        var condition: SQL = "tenant = \(tenant)"
        if let status { condition = condition + " AND status = \(status)" }
        if let executionID { condition = condition + " AND execution_id = \(executionID)" }
        if let cursor { condition = condition + " AND (requested_at, approval_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            """
            SELECT \(columns) FROM approvals WHERE \(condition)
            ORDER BY requested_at DESC, approval_id DESC LIMIT \(limit)
            """
        ).map { try ApprovalRow($0) }
    }

    /// A repeated request changes nothing.
    static func add(
        _ request: ApprovalsV1.ApprovalRequested, subject: JSON?, tenant: String, on connection: PostgresConnection
    ) async throws {
        let due = request.dueUs == 0 ? nil : Instant(microseconds: request.dueUs)
        try await connection.execute(
            """
            INSERT INTO approvals (approval_id, tenant, execution_id, task, title, subject, subject_digest, approvers,
                quorum, checklist, status, decisions, requested_at, due_at)
            VALUES (\(request.approvalID), \(tenant), \(request.executionID), \(request.task), \(request.title),
                \(subject), \(request.subjectDigest), \(request.approvers), \(max(1, request.quorum)),
                \(request.checklist), 'pending', '[]', \(Instant(microseconds: request.requestedUs)), \(due))
            ON CONFLICT DO NOTHING
            """)
    }

    static func record(_ decision: JSON, of id: String, on connection: PostgresConnection) async throws {
        let list = JSON.array([decision])
        try await connection.execute(
            """
            UPDATE approvals SET decisions = decisions || \(list)
            WHERE approval_id = \(id) AND NOT decisions @> \(list)
            """)
    }

    static func close(
        _ id: String, status: String, actor: String? = nil, comment: String? = nil, at time: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE approvals SET status = \(status), actor = \(actor), comment = \(comment), closed_at = \(time)
            WHERE approval_id = \(id) AND status = 'pending'
            """)
    }

    static func remind(_ id: String, due: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute(
            "UPDATE approvals SET due_at = \(due) WHERE approval_id = \(id) AND status = 'pending'")
    }
}
