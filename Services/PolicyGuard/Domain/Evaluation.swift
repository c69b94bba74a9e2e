/// The way from the rules to a verdict, one rule after the other: ask `next` of the input, `observe` the answer, until
/// `next` is nil. The caller runs the programs; what they mean together is decided here.
public struct Evaluation: Sendable {
    private let policy: PolicyDocument
    private var results: [RuleResult] = []
    private var isSettled = false

    /// The evaluation of a policy before the first rule.
    public init(_ policy: PolicyDocument) { self.policy = policy }

    /// The rule to ask now; nil when the verdict stands.
    public var next: Rule? { isSettled || results.count == policy.rules.count ? nil : policy.rules[results.count] }

    /// Takes in what the rule in `next` said; `reason` is heeded only when it fired. Precondition: `next` is not nil.
    public mutating func observe(fired: Bool, reason: String) {
        guard let rule = next else { preconditionFailure("no rule is waiting for an answer") }
        results.append(RuleResult(rule, fired: fired, reason: fired ? reason : ""))
        if fired, policy.combine == .firstMatch { isSettled = true }
    }

    /// The verdict. Precondition: `next` is nil. Rules that were not asked appear as not fired.
    public var verdict: Verdict {
        precondition(next == nil, "a verdict needs the answer of every rule that is asked")
        let unasked = policy.rules.dropFirst(results.count).map { RuleResult($0, fired: false, reason: "") }
        let fired = results.filter(\.fired)
        let risk = min(100, fired.reduce(0) { $0 + $1.risk })
        let said = fired.map(\.outcome).max() ?? policy.fallback
        return Verdict(
            policy: policy.name, version: policy.version, outcome: max(said, floor(of: risk)), risk: risk,
            rules: results + unasked)
    }

    private func floor(of risk: Int) -> Outcome {
        if let deny = policy.denyFrom, risk >= deny { return .deny }
        if let review = policy.reviewFrom, risk >= review { return .review }
        return .allow
    }
}
