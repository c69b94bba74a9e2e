import Core
import PolicyGuardDomain
import Postgres

@testable import PolicyGuard

extension Catalogue {
    /// Every statement of policies.
    static func policyGuard(_ pool: PostgresPool) async throws {
        let key = PolicyKey(tenant: "a", name: "b")
        let version = SemanticVersion("1.0.0")!
        let row = PolicyRow(
            key: key, version: version, digest: "d", document: ["name": "b", "a": 1], registeredAt: moment(0),
            registeredBy: "a")
        let verdict = Verdict(json: [
            "outcome": "allow", "allow": true, "risk": 5, "rules": [], "policy": "b", "version": "1.0.0",
        ])!
        let evaluation = EvaluationKey(tenant: "a", id: "v")
        let given = VerdictRow(
            key: evaluation, executionID: "e", task: "/do/0", attempt: 1, verdict: verdict, policyDigest: "d",
            inputDigest: "i", givenAt: moment(1))
        try await pool.transaction { connection in
            _ = try await PolicyTable.insert(row, on: connection)
            _ = try await PolicyTable.versions(of: [key], on: connection)
            _ = try await PolicyTable.document(key, version, on: connection)
            try await VerdictTable.insert([given], on: connection)
            _ = try await VerdictTable.load([evaluation], on: connection)
        }
    }
}
