import ApprovalsDomain
import Core
import Postgres

/// The table `decisions`.
enum DecisionTable {
    /// The votes that count in the present round of each approval, in order.
    static func votes(of keys: [ApprovalKey], on connection: PostgresConnection) async throws -> [ApprovalKey: [Vote]] {
        let rows = try await connection.query(
            """
            SELECT d.tenant, d.approval_id, d.command_id, d.actor, d.choice, d.comment, d.decided_at FROM decisions d
            JOIN approvals a USING (tenant, approval_id)
            JOIN unnest(\(keys.map(\.tenant)), \(keys.map(\.id))) AS k(tenant, approval_id) USING (tenant, approval_id)
            WHERE d.refusal IS NULL AND d.attempt = a.attempt ORDER BY d.seq
            """)
        var votes: [ApprovalKey: [Vote]] = [:]
        for row in rows {
            guard let choice = Choice(rawValue: try row.string("choice")) else {
                throw ApprovalsError.unreadableRow(table: "decisions")
            }
            let key = ApprovalKey(tenant: try row.string("tenant"), id: try row.string("approval_id"))
            let vote = Vote(
                commandID: try row.string("command_id"), actor: try row.string("actor"), choice: choice,
                comment: try row.string("comment"), at: try row.instant("decided_at"))
            votes[key, default: []].append(vote)
        }
        return votes
    }

    /// Which of these commands were answered before.
    static func answered(
        _ commands: [(key: ApprovalKey, commandID: String)], on connection: PostgresConnection
    ) async throws -> [ApprovalKey: Set<String>] {
        if commands.isEmpty { return [:] }
        let (tenants, ids) = (commands.map(\.key.tenant), commands.map(\.key.id))
        let rows = try await connection.query(
            """
            SELECT tenant, approval_id, command_id FROM decisions
            JOIN unnest(\(tenants), \(ids), \(commands.map(\.commandID))) AS k(tenant, approval_id, command_id)
            USING (tenant, approval_id, command_id)
            """)
        var answered: [ApprovalKey: Set<String>] = [:]
        for row in rows {
            let key = ApprovalKey(tenant: try row.string("tenant"), id: try row.string("approval_id"))
            answered[key, default: []].insert(try row.string("command_id"))
        }
        return answered
    }

    /// Adds decisions in their order.
    static func insert(_ rows: [DecisionRow], on connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        _ = try await connection.execute(
            """
            INSERT INTO decisions (
                tenant, approval_id, command_id, attempt, actor, choice, comment, subject_digest, decided_at, refusal)
            SELECT k.tenant, k.approval_id, k.command_id, k.attempt, k.actor, k.choice, k.comment, k.subject_digest,
                k.decided_at, k.refusal
            FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.id)), \(rows.map(\.command.commandID)),
                \(rows.map(\.attempt)), \(rows.map(\.command.actor.name)), \(rows.map { $0.command.choice?.rawValue }),
                \(rows.map(\.command.comment)), \(rows.map(\.subjectDigest)), \(rows.map(\.decidedAt)),
                \(rows.map { $0.refusal?.rawValue })
            ) WITH ORDINALITY AS k(
                tenant, approval_id, command_id, attempt, actor, choice, comment, subject_digest, decided_at, refusal,
                n)
            ORDER BY k.n
            """)
    }
}
