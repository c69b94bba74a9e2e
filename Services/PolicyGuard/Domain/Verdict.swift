public import Core

/// What a policy says about an input, with every rule's part in it.
public struct Verdict: Sendable, Hashable {
    /// The policy's name.
    public let policy: String
    /// The version that was asked.
    public let version: SemanticVersion
    /// The outcome that holds.
    public let outcome: Outcome
    /// 0 … 100.
    public let risk: Int
    /// All rules of the policy, in order.
    public let rules: [RuleResult]

    init(policy: String, version: SemanticVersion, outcome: Outcome, risk: Int, rules: [RuleResult]) {
        (self.policy, self.version, self.outcome, self.risk, self.rules) = (policy, version, outcome, risk, rules)
    }

    /// As the workflow sees it.
    public var json: JSON {
        [
            "outcome": .string(outcome.rawValue), "allow": .bool(outcome == .allow), "risk": .integer(Int64(risk)),
            "rules": .array(rules.map(\.json)), "policy": .string(policy), "version": .string(version.description),
        ]
    }

    /// Reads what `json` wrote; nil when it is not that.
    public init?(json: JSON) {
        guard let policy = json["policy"]?.string, let version = json["version"]?.string.flatMap(SemanticVersion.init),
            let outcome = json["outcome"]?.string.flatMap(Outcome.init), let risk = json["risk"]?.int,
            let elements = json["rules"]?.array
        else { return nil }
        let rules = elements.compactMap(RuleResult.init(json:))
        guard rules.count == elements.count else { return nil }
        self.init(policy: policy, version: version, outcome: outcome, risk: risk, rules: rules)
    }
}
