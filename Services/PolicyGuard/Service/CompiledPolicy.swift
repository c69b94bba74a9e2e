import Core
import Expressions
import PolicyGuardDomain

/// A policy with its programs compiled, ready to be asked any number of times.
struct CompiledPolicy: Sendable {
    let document: PolicyDocument
    private let conditions: [Expression]
    /// Per rule; nil where the reason is a fixed text.
    private let reasons: [Expression?]

    /// Compiles all programs; throws every one that does not compile, with its place in the document.
    init(_ document: PolicyDocument) throws(PolicyFaults) {
        var faults: [PolicyFault] = []
        func compile(_ source: String, _ rule: Int, _ member: String) -> Expression? {
            do throws(ExpressionSyntaxError) {
                return try Expression(source)
            } catch {
                let place = JSONPointer(["rules", String(rule), member])
                faults.append(PolicyFault(place, found: "a program that fails: \(error)", expected: "a jq program"))
                return nil
            }
        }
        var compiled: [(condition: Expression?, reason: Expression?)] = []
        for (index, rule) in document.rules.enumerated() {
            var reason: Expression?
            if case .expression(let source) = rule.reason { reason = compile(source, index, "reason") }
            compiled.append((compile(rule.when, index, "when"), reason))
        }
        if !faults.isEmpty { throw PolicyFaults(faults) }
        self.document = document
        conditions = compiled.compactMap(\.condition)
        reasons = compiled.map(\.reason)
    }

    /// The verdict on `input`, or why there is none. All programs together live on one budget.
    func verdict(on input: JSON) -> Result {
        var evaluation = Evaluation(document)
        var budget = Self.budget
        var index = 0
        while let rule = evaluation.next {
            do throws(EvaluationError) {
                guard let fired = try conditions[index].evaluate(input, budget: &budget).bool else {
                    return .rejected(refusal(rule, "its condition gave something other than true or false"))
                }
                let reason = fired ? try reason(of: rule, index, input, &budget) : ""
                evaluation.observe(fired: fired, reason: reason)
            } catch {
                return .rejected(refusal(rule, "\(error)"))
            }
            index += 1
        }
        return .given(evaluation.verdict)
    }

    /// What came of asking.
    enum Result: Sendable, Equatable {
        case given(Verdict)
        case rejected(Rejection)
    }

    /// Enough for thousands of comparisons, little enough that no policy holds a partition up.
    private static let budget = EvaluationBudget(steps: 500_000, depth: 200, size: 100_000)
    private static let longestReason = 1000

    private func reason(
        of rule: Rule, _ index: Int, _ input: JSON, _ budget: inout EvaluationBudget
    ) throws(EvaluationError) -> String {
        switch rule.reason {
        case .text(let text): return text
        case .expression:
            guard let program = reasons[index] else {
                preconditionFailure("a reason's program is compiled with the rest")
            }
            let value = try program.evaluate(input, budget: &budget)
            return String((value.string ?? value.text()).prefix(Self.longestReason))
        }
    }

    private func refusal(_ rule: Rule, _ problem: String) -> Rejection {
        Rejection(.invalid, .ruleFailed, "rule '\(rule.id)' cannot be asked: \(problem)")
    }
}
