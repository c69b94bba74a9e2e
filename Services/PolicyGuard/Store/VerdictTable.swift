import Core
import PolicyGuardDomain
import Postgres

/// The table `verdicts`.
enum VerdictTable {
    /// The verdicts that were given before.
    static func load(
        _ keys: [EvaluationKey], on connection: PostgresConnection
    ) async throws -> [EvaluationKey: VerdictRow] {
        if keys.isEmpty { return [:] }
        let rows = try await connection.query(
            """
            SELECT v.* FROM verdicts v
            JOIN unnest(\(keys.map(\.tenant)), \(keys.map(\.id))) AS k(tenant, evaluation_id)
            USING (tenant, evaluation_id)
            """)
        var found: [EvaluationKey: VerdictRow] = [:]
        for row in rows {
            guard let verdict = Verdict(json: try row.json("verdict")) else {
                throw PolicyGuardError.unreadableRow(table: "verdicts")
            }
            let key = EvaluationKey(tenant: try row.string("tenant"), id: try row.string("evaluation_id"))
            found[key] = VerdictRow(
                key: key, executionID: try row.string("execution_id"), task: try row.string("task"),
                attempt: try row.int("attempt"), verdict: verdict, policyDigest: try row.string("policy_digest"),
                inputDigest: try row.string("input_digest"), givenAt: try row.instant("given_at"))
        }
        return found
    }

    /// Keeps new verdicts, in one statement.
    static func insert(_ rows: [VerdictRow], on connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        let verdicts = rows.map(\.verdict)
        _ = try await connection.execute(
            """
            INSERT INTO verdicts (
                tenant, evaluation_id, execution_id, task, attempt, policy, version, policy_digest, input_digest,
                outcome, risk, verdict, given_at)
            SELECT * FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.id)), \(rows.map(\.executionID)), \(rows.map(\.task)),
                \(rows.map(\.attempt)), \(verdicts.map(\.policy)), \(verdicts.map(\.version.description)),
                \(rows.map(\.policyDigest)), \(rows.map(\.inputDigest)), \(verdicts.map(\.outcome.rawValue)),
                \(verdicts.map(\.risk)), \(verdicts.map(\.json)), \(rows.map(\.givenAt)))
            """)
    }
}
