import Core
import PolicyGuardDomain
import Testing

@Suite struct EvaluationTests {
    @Test func theDefaultHoldsWhenNoRuleFires() throws {
        for outcome in Outcome.allCases {
            let verdict = try verdict(
                document(default: outcome.rawValue, rules: [rule("a", "deny", risk: 90)]), [false])
            #expect(verdict.outcome == outcome && verdict.risk == 0)
        }
    }

    @Test func theMostSevereOfTheFiredRulesHolds() throws {
        let rules = [rule("a", "allow", risk: 10), rule("b", "deny", risk: 20), rule("c", "review", risk: 30)]
        #expect(try verdict(document(rules: rules), [true, false, true]).outcome == .review)
        #expect(try verdict(document(rules: rules), [true, true, true]).outcome == .deny)
        #expect(try verdict(document(default: "deny", rules: rules), [true, false, false]).outcome == .allow)
    }

    @Test func risksOfFiredRulesAddUpToAtMostAHundred() throws {
        let rules = [rule("a", "allow", risk: 60), rule("b", "allow", risk: 30), rule("c", "allow", risk: 70)]
        #expect(try verdict(document(rules: rules), [true, true, false]).risk == 90)
        #expect(try verdict(document(rules: rules), [true, true, true]).risk == 100)
    }

    @Test func thresholdsRaiseTheOutcomeAndNeverLowerIt() throws {
        let rules = [rule("a", "allow", risk: 40), rule("b", "allow", risk: 30), rule("c", "deny", risk: 0)]
        let policy = document(review: 40, deny: 70, rules: rules)
        #expect(try verdict(policy, [false, true, false]).outcome == .allow)
        #expect(try verdict(policy, [true, false, false]).outcome == .review)
        #expect(try verdict(policy, [true, true, false]).outcome == .deny)
        #expect(try verdict(policy, [false, false, true]).outcome == .deny)
    }

    @Test func firstMatchStopsAtTheFirstRuleThatFires() throws {
        let rules = [rule("a", "deny", risk: 5), rule("b", "allow", risk: 7), rule("c", "deny", risk: 90)]
        let verdict = try verdict(document(combine: "first-match", rules: rules), [false, true])
        #expect(verdict.outcome == .allow && verdict.risk == 7)
        #expect(verdict.rules.map(\.fired) == [false, true, false])
        #expect(verdict.rules.map(\.id) == ["a", "b", "c"])
    }

    @Test func theVerdictReadsBackFromItsJSON() throws {
        let given = try verdict(document(rules: [rule("a", "review", risk: 12), rule("b", "deny")]), [true, false])
        #expect(Verdict(json: given.json) == given)
        let expected: JSON = [
            "outcome": "review", "allow": false, "risk": 12,
            "rules": [
                ["id": "a", "fired": true, "outcome": "review", "reason": "said so", "risk": 12],
                ["id": "b", "fired": false, "outcome": "deny", "reason": "", "risk": 0],
            ],
            "policy": "claims/payout", "version": "1.2.0",
        ]
        #expect(given.json == expected)
    }

    @Test(arguments: 0..<500) func aFurtherFiredRuleNeverMakesTheOutcomeMilder(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let rules = (0..<Int.random(in: 1...8, using: &random)).map { index in
            rule(
                "r\(index)", Outcome.allCases.randomElement(using: &random)?.rawValue ?? "",
                risk: .random(in: 0...60, using: &random))
        }
        let policy = document(review: 50, deny: 90, rules: rules)
        var answers = rules.map { _ in Bool.random(using: &random) }
        let before = try verdict(policy, answers)
        guard answers.contains(true), let quiet = answers.firstIndex(of: false) else { return }
        answers[quiet] = true
        let after = try verdict(policy, answers)
        #expect(after.outcome >= before.outcome && after.risk >= before.risk, "seed \(seed)")
    }
}
