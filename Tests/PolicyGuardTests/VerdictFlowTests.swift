import Contracts
import Core
import Messaging
import ObjectStore
import TestKit
import Testing

@testable import PolicyGuard

/// From command to event, through a broker and the database.
@Suite(.timeLimit(.minutes(5))) struct VerdictFlowTests {
    private func register(_ version: String, limit: Int64, command: String) -> PolicyV1.RegisterPolicy {
        let document: JSON = [
            "name": "claims/payout", "version": .string(version), "default": "allow",
            "rules": [
                [
                    "id": "large", "when": .string(".amount > \(limit)"), "outcome": "review", "risk": 40,
                    "reason": "${ \"\\(.amount) is large\" }",
                ]
            ],
        ]
        return PolicyV1.RegisterPolicy(
            commandID: command, name: "claims/payout", version: version, document: CoreV1.Payload(json: document),
            actor: "ann")
    }

    private func evaluate(
        _ id: String, attempt: Int32 = 1, version: String = "", execution: String = "e",
        input: CoreV1.Payload = CoreV1.Payload(json: ["amount": 700])
    ) -> PolicyV1.EvaluatePolicy {
        PolicyV1.EvaluatePolicy(
            evaluationID: id, executionID: execution, task: "/do/0/ask", attempt: attempt, policy: "claims/payout",
            version: version, input: input)
    }

    @Test func aPolicyIsRegisteredPublishedAndAsked() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(register("1.0.0", limit: 1000, command: "r1"), key: "p", id: "r1")
                try await asker.send(register("1.1.0", limit: 500, command: "r2"), key: "p", id: "r2")
                let published = try await asker.wait(for: 2, PolicyV1.PolicyPublished.self)
                #expect(Set(published.map(\.version)) == ["1.0.0", "1.1.0"])
                try await asker.send(evaluate("e:1"), key: "e", id: "1")
                try await asker.send(evaluate("e:2", version: "1.0.0"), key: "e", id: "2")
                let verdicts = try await asker.wait(for: 2, PolicyV1.VerdictGiven.self)
                let newest = try #require(verdicts.first { $0.evaluationID == "e:1" })
                #expect(newest.outcome == .review && newest.risk == 40 && newest.version == "1.1.0")
                let expected: JSON = [
                    "outcome": "review", "allow": false, "risk": 40,
                    "rules": [
                        ["id": "large", "fired": true, "outcome": "review", "reason": "700 is large", "risk": 40]
                    ],
                    "policy": "claims/payout", "version": "1.1.0",
                ]
                #expect(try newest.verdict?.json() == expected)
                #expect(verdicts.first { $0.evaluationID == "e:2" }?.outcome == .allow)
            }
        }
    }

    @Test func theSameEvaluationGetsTheSameVerdictWhateverWasRegisteredSince() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(register("1.0.0", limit: 1000, command: "r1"), key: "e", id: "r1")
                try await asker.send(evaluate("e:1"), key: "e", id: "1")
                try await asker.wait(PolicyV1.VerdictGiven.self)
            }
            // Another process, so nothing is remembered but what is stored.
            try await installation.running {
                try await asker.send(register("2.0.0", limit: 1, command: "r2"), key: "e", id: "r2")
                try await asker.send(evaluate("e:1", attempt: 2), key: "e", id: "2")
                try await asker.send(evaluate("e:1", execution: "f"), key: "e", id: "3")
                let second = try await asker.wait(PolicyV1.VerdictGiven.self) { $0.attempt == 2 }[0]
                #expect(second.outcome == .allow && second.version == "1.0.0")
                let failed = try await asker.wait(PolicyV1.EvaluationFailed.self)[0]
                #expect(failed.executionID == "f" && failed.rejection?.code == "PO0004")
            }
        }
    }

    @Test func whatCannotBeAnsweredIsRefusedWithItsReason() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(evaluate("e:1"), key: "e", id: "1")
                try await asker.send(register("1.0.0", limit: 5, command: "r1"), key: "e", id: "r1")
                try await asker.send(register("1.0.0", limit: 6, command: "r2"), key: "e", id: "r2")
                var broken = register("1.1.0", limit: 6, command: "r3")
                broken.document = CoreV1.Payload(json: ["name": "claims/payout", "version": "1.1.0", "rules": [7]])
                try await asker.send(broken, key: "e", id: "r3")
                try await asker.send(evaluate("e:2", version: "9.0.0"), key: "e", id: "2")
                let notJSON = CoreV1.Payload(form: .json([123]))
                try await asker.send(evaluate("e:3", input: notJSON), key: "e", id: "3")
                let missing = CoreV1.Payload(blob: CoreV1.Blob(digest: String(repeating: "0", count: 64)))
                try await asker.send(evaluate("e:4", input: missing), key: "e", id: "4")
                let failed = try await asker.wait(for: 4, PolicyV1.EvaluationFailed.self)
                let codes = failed.map { "\($0.evaluationID) \($0.rejection?.code ?? "")" }.sorted()
                #expect(codes == ["e:1 PO0003", "e:2 PO0003", "e:3 PO0004", "e:4 PO0004"])
                let rejected = try await asker.wait(for: 2, PolicyV1.PolicyRejected.self)
                #expect(rejected.first { $0.commandID == "r2" }?.rejection?.code == "PO0002")
                let named = rejected.first { $0.commandID == "r3" }?.rejection
                #expect(named?.code == "PO0001" && named?.reason.contains("/default: found nothing") == true)
                #expect(named?.reason.contains("/rules/0: found 7, expected an object") == true)
            }
        }
    }

    @Test func aLargeInputIsFetchedFromTheObjectStore() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            let bytes = JSON.object(["amount": 9]).bytes()
            let digest = try await installation.objects.put(bytes, contentType: "application/json")
            try await installation.running(2) {
                try await asker.send(register("1.0.0", limit: 5, command: "r1"), key: "e", id: "r1")
                let input = CoreV1.Payload(blob: CoreV1.Blob(digest: digest, sizeBytes: Int64(bytes.count)))
                try await asker.send(evaluate("e:1", input: input), key: "e", id: "1")
                #expect(try await asker.wait(PolicyV1.VerdictGiven.self)[0].outcome == .review)
            }
        }
    }
}
