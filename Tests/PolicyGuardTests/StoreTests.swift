import Core
import PolicyGuardDomain
import Postgres
import TestKit
import Testing

@testable import PolicyGuard

@Suite(.timeLimit(.minutes(5))) struct StoreTests {
    private let now = Instant(microseconds: 1_800_000_000_123_456)

    private func row(_ version: String, digest: String, tenant: String = "t") throws -> PolicyRow {
        let document: JSON = ["name": "claims/assess", "version": .string(version), "rules": [["when": ".a == \"ü\""]]]
        return PolicyRow(
            key: PolicyKey(tenant: tenant, name: "claims/assess"), version: try #require(SemanticVersion(version)),
            digest: digest, document: document, registeredAt: now, registeredBy: "ann")
    }

    @Test func aVersionIsWrittenOnceAndReadBack() async throws {
        let (one, two) = (try row("1.0.0", digest: "a"), try row("1.1.0-rc.1", digest: "b"))
        let (changed, foreign) = (try row("1.0.0", digest: "z"), try row("3.0.0", digest: "c", tenant: "other"))
        try await withMigratedDatabase(PolicyMigrations.all) { pool in
            try await pool.transaction { connection in
                for row in [one, two, foreign] { #expect(try await PolicyTable.insert(row, on: connection)) }
                #expect(try await !PolicyTable.insert(changed, on: connection))
                let versions = try await PolicyTable.versions(of: [one.key], on: connection)[one.key]
                let digests = versions?.entries.map { "\($0.version) \($0.digest)" }.sorted()
                #expect(digests == ["1.0.0 a", "1.1.0-rc.1 b"])
                #expect(try await PolicyTable.document(one.key, one.version, on: connection) == one.document)
                #expect(try await PolicyTable.document(one.key, foreign.version, on: connection) == nil)
            }
        }
    }

    @Test func aVerdictReadsBackAsItWasGiven() async throws {
        let document: JSON = [
            "name": "p", "version": "1.0.0", "default": "allow",
            "rules": [["id": "a", "when": "true", "outcome": "review", "risk": 7, "reason": "because"]],
        ]
        var evaluation = Evaluation(try PolicyDocument(document))
        evaluation.observe(fired: true, reason: "because")
        let row = VerdictRow(
            key: EvaluationKey(tenant: "t", id: "e:1"), executionID: "e", task: "/do/0", attempt: 2,
            verdict: evaluation.verdict, policyDigest: "pd", inputDigest: "id", givenAt: now)
        try await withMigratedDatabase(PolicyMigrations.all) { pool in
            try await pool.transaction { connection in
                try await VerdictTable.insert([row], on: connection)
                let found = try await VerdictTable.load(
                    [row.key, EvaluationKey(tenant: "u", id: "e:1")], on: connection)
                #expect(found == [row.key: row])
            }
        }
    }
}
