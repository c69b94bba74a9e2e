import Core
import PolicyGuardDomain

func rule(_ id: String, _ outcome: String, risk: Int = 0, reason: String = "because") -> JSON {
    [
        "id": .string(id), "when": ".x", "outcome": .string(outcome), "risk": .integer(Int64(risk)),
        "reason": .string(reason),
    ]
}

func document(
    default fallback: String = "allow", combine: String? = nil, review: Int? = nil, deny: Int? = nil, rules: [JSON] = []
) -> JSON {
    var object: JSONObject = [
        "name": "claims/payout", "version": "1.2.0", "default": .string(fallback), "rules": .array(rules),
    ]
    if let combine { object["combine"] = .string(combine) }
    if review != nil || deny != nil {
        var thresholds = JSONObject()
        if let review { thresholds["review"] = .integer(Int64(review)) }
        if let deny { thresholds["deny"] = .integer(Int64(deny)) }
        object["riskThresholds"] = .object(thresholds)
    }
    return .object(object)
}

/// The verdict when the rules answer as listed; answers that are not asked for are left over.
func verdict(_ document: JSON, _ answers: [Bool]) throws -> Verdict {
    var evaluation = Evaluation(try PolicyDocument(document))
    var answers = answers[...]
    while evaluation.next != nil { evaluation.observe(fired: answers.removeFirst(), reason: "said so") }
    return evaluation.verdict
}
