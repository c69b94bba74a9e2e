public import Core

/// What one rule said.
public struct RuleResult: Sendable, Hashable {
    /// The rule's id.
    public let id: String
    /// Whether its condition held.
    public let fired: Bool
    /// The rule's outcome, whether it fired or not.
    public let outcome: Outcome
    /// Why, when it fired; else empty.
    public let reason: String
    /// What it adds to the risk: its own when it fired, else 0.
    public let risk: Int

    init(_ rule: Rule, fired: Bool, reason: String) {
        (id, self.fired, outcome, self.reason, risk) = (rule.id, fired, rule.outcome, reason, fired ? rule.risk : 0)
    }

    /// As the workflow sees it.
    public var json: JSON {
        [
            "id": .string(id), "fired": .bool(fired), "outcome": .string(outcome.rawValue), "reason": .string(reason),
            "risk": .integer(Int64(risk)),
        ]
    }

    /// Reads what `json` wrote; nil when it is not that.
    public init?(json: JSON) {
        guard let id = json["id"]?.string, let fired = json["fired"]?.bool,
            let outcome = json["outcome"]?.string.flatMap(Outcome.init), let reason = json["reason"]?.string,
            let risk = json["risk"]?.int
        else { return nil }
        (self.id, self.fired, self.outcome, self.reason, self.risk) = (id, fired, outcome, reason, risk)
    }
}
