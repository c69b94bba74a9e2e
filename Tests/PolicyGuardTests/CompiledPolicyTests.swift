import Core
import Expressions
import PolicyGuardDomain
import Testing

@testable import PolicyGuard

@Suite struct CompiledPolicyTests {
    private func compiled(_ rules: JSON) throws -> CompiledPolicy {
        let document: JSON = ["name": "p", "version": "1.0.0", "default": "allow", "rules": rules]
        return try CompiledPolicy(PolicyDocument(document))
    }

    @Test func conditionsAreAskedOfTheInput() throws {
        let policy = try compiled([
            [
                "id": "large", "when": ".amount > 1000", "outcome": "review", "risk": 30,
                "reason": "${ \"\\(.amount) is large\" }",
            ],
            ["id": "listed", "when": ".name == \"x\"", "outcome": "deny", "reason": "on the list"],
        ])
        guard case .given(let verdict) = policy.verdict(on: ["amount": 1500, "name": "y"]) else {
            return #expect(Bool(false), "no verdict")
        }
        #expect(verdict.outcome == .review && verdict.risk == 30)
        #expect(verdict.rules[0].reason == "1500 is large" && verdict.rules[1].fired == false)
    }

    @Test func programsThatDoNotCompileAreNamedWithTheirPlaces() throws {
        let error = #expect(throws: PolicyFaults.self) {
            _ = try compiled([
                ["id": "a", "when": ".a >", "outcome": "deny"],
                ["id": "b", "when": "true", "outcome": "deny", "reason": "${ nosuch(1) }"],
            ])
        }
        #expect(error?.faults.map(\.pointer.description) == ["/rules/0/when", "/rules/1/reason"])
    }

    @Test(arguments: [
        ".amount", "null", "empty", "(true, true)", "error(\"secret\")", "[limit(1; repeat(1))] | def f: f; f",
        ".name.first",
    ])
    func aConditionThatGivesNoTruthValueGivesNoVerdict(condition: String) throws {
        let policy = try compiled([["id": "a", "when": .string(condition), "outcome": "deny"]])
        guard case .rejected(let rejection) = policy.verdict(on: ["amount": 1, "name": "x"]) else {
            return #expect(Bool(false), "a verdict was given")
        }
        #expect(rejection.code == .ruleFailed && rejection.reason.hasPrefix("rule 'a' cannot be asked"))
        #expect(!rejection.reason.contains("secret"))
    }

    @Test func theCacheKeepsWhatWasUsedLast() throws {
        let cache = PolicyCache(limit: 2)
        let policy = try compiled([])
        cache.keep(policy, "a")
        cache.keep(policy, "b")
        _ = cache.policy("a")
        cache.keep(policy, "c")
        #expect(cache.policy("a") != nil && cache.policy("b") == nil && cache.policy("c") != nil)
    }
}
