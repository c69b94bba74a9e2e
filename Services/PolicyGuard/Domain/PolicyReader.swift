public import Core

/// Reads a policy document and collects every fault, so that an author mends them in one go.
struct PolicyReader {
    static let mostRules = 500
    private(set) var faults: [PolicyFault] = []

    mutating func read(_ document: JSON) -> PolicyDocument? {
        let root = JSONPointer()
        guard let object = document.object else {
            note(root, document, "an object")
            return nil
        }
        let known = ["name", "version", "description", "default", "rules", "combine", "riskThresholds"]
        refuseUnknown(object, known, at: root)
        let name = name(object["name"], at: root.appending("name"))
        let version = version(object["version"], at: root.appending("version"))
        let description = text(object["description"] ?? "", at: root.appending("description"), "a text")
        let fallback = outcome(object["default"], at: root.appending("default"))
        let combine = combine(object["combine"], at: root.appending("combine"))
        let thresholds = thresholds(object["riskThresholds"], at: root.appending("riskThresholds"))
        let rules = rules(object["rules"], at: root.appending("rules"))
        guard faults.isEmpty, let name, let version, let fallback, let combine else { return nil }
        return PolicyDocument(
            name: name, version: version, description: description ?? "", fallback: fallback, rules: rules,
            combine: combine,
            reviewFrom: thresholds.review, denyFrom: thresholds.deny)
    }

    private mutating func name(_ value: JSON?, at pointer: JSONPointer) -> String? {
        let expected = "a name of up to 200 letters, digits, '-', '_', '.' and '/'"
        guard let name = text(value, at: pointer, expected) else { return nil }
        let sound = name.utf8.allSatisfy {
            ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122)
                || [45, 46, 47, 95].contains($0)
        }
        guard sound, !name.isEmpty, name.utf8.count <= 200 else {
            note(pointer, value, expected)
            return nil
        }
        return name
    }

    private mutating func version(_ value: JSON?, at pointer: JSONPointer) -> SemanticVersion? {
        let expected = "a semantic version such as \"1.0.0\""
        guard let text = text(value, at: pointer, expected) else { return nil }
        guard let version = SemanticVersion(text) else {
            note(pointer, value, expected)
            return nil
        }
        return version
    }

    private mutating func combine(_ value: JSON?, at pointer: JSONPointer) -> PolicyDocument.Combine? {
        guard let value else { return .mostSevere }
        guard let combine = value.string.flatMap(PolicyDocument.Combine.init) else {
            note(pointer, value, "\"most-severe\" or \"first-match\"")
            return nil
        }
        return combine
    }

    private mutating func thresholds(_ value: JSON?, at pointer: JSONPointer) -> (review: Int?, deny: Int?) {
        guard let value else { return (nil, nil) }
        guard let object = value.object else {
            note(pointer, value, "an object with review, deny or both")
            return (nil, nil)
        }
        refuseUnknown(object, ["review", "deny"], at: pointer)
        let review = object["review"].flatMap { percent($0, at: pointer.appending("review")) }
        let deny = object["deny"].flatMap { percent($0, at: pointer.appending("deny")) }
        if let review, let deny, review > deny {
            note(pointer.appending("review"), object["review"], "at most the \(deny) of deny")
        }
        return (review, deny)
    }

    private mutating func rules(_ value: JSON?, at pointer: JSONPointer) -> [Rule] {
        guard let elements = value?.array, elements.count <= Self.mostRules else {
            let found = value?.array.map { "\($0.count) rules" } ?? Self.told(value)
            faults.append(PolicyFault(pointer, found: found, expected: "an array of up to \(Self.mostRules) rules"))
            return []
        }
        var ids: Set<String> = []
        var rules: [Rule] = []
        for (position, element) in elements.enumerated() {
            let place = pointer.appending(position)
            guard let rule = rule(element, at: place) else { continue }
            if !ids.insert(rule.id).inserted {
                note(place.appending("id"), .string(rule.id), "an id that no earlier rule has")
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func rule(_ value: JSON, at pointer: JSONPointer) -> Rule? {
        guard let object = value.object else {
            note(pointer, value, "an object")
            return nil
        }
        refuseUnknown(object, ["id", "when", "outcome", "risk", "reason"], at: pointer)
        let id = filled(object["id"], at: pointer.appending("id"), "an id, unique in the policy")
        let when = filled(object["when"], at: pointer.appending("when"), "a jq condition")
        let outcome = outcome(object["outcome"], at: pointer.appending("outcome"))
        let risk = object["risk"].map { percent($0, at: pointer.appending("risk")) } ?? 0
        let reason = text(object["reason"] ?? "", at: pointer.appending("reason"), "a text or \"${ jq }\"")
        guard let id, let when, let outcome, let risk, let reason else { return nil }
        return Rule(
            id: id, when: Self.program(in: when) ?? when, outcome: outcome, risk: risk,
            reason: Self.program(in: reason).map(Rule.Reason.expression) ?? .text(reason))
    }

    private mutating func outcome(_ value: JSON?, at pointer: JSONPointer) -> Outcome? {
        guard let outcome = value?.string.flatMap(Outcome.init) else {
            note(pointer, value, "\"allow\", \"review\" or \"deny\"")
            return nil
        }
        return outcome
    }

    private mutating func percent(_ value: JSON, at pointer: JSONPointer) -> Int? {
        guard let number = value.int, (0...100).contains(number) else {
            note(pointer, value, "a whole number from 0 to 100")
            return nil
        }
        return number
    }

    private mutating func filled(_ value: JSON?, at pointer: JSONPointer, _ expected: String) -> String? {
        guard let text = text(value, at: pointer, expected) else { return nil }
        if text.allSatisfy(\.isWhitespace) {
            note(pointer, value, expected)
            return nil
        }
        return text
    }

    private mutating func text(_ value: JSON?, at pointer: JSONPointer, _ expected: String) -> String? {
        guard let text = value?.string else {
            note(pointer, value, expected)
            return nil
        }
        return text
    }

    private mutating func refuseUnknown(_ object: JSONObject, _ known: [String], at pointer: JSONPointer) {
        for key in object.keys where !known.contains(key) {
            let expected = "one of " + known.joined(separator: ", ")
            faults.append(PolicyFault(pointer.appending(key), found: "an unknown member", expected: expected))
        }
    }

    private mutating func note(_ pointer: JSONPointer, _ value: JSON?, _ expected: String) {
        faults.append(PolicyFault(pointer, found: Self.told(value), expected: expected))
    }

    /// The value itself when it is short and simple, else its kind.
    private static func told(_ value: JSON?) -> String {
        switch value {
        case nil: return "nothing"
        case .string(let text) where text.utf8.count > 60: return "a string of \(text.utf8.count) bytes"
        case .array, .object: return "an \(value?.kind ?? "")"
        case let value?: return value.text()
        }
    }

    /// The inside of `${ … }`, if the text is that as a whole.
    private static func program(in text: String) -> String? {
        let trimmed = text.trimmingWhitespace
        guard trimmed.hasPrefix("${"), trimmed.hasSuffix("}") else { return nil }
        return String(trimmed.dropFirst(2).dropLast()).trimmingWhitespace
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension PolicyDocument {
    /// Reads a document; throws all its faults at once. Programs are not compiled here: the caller does.
    public init(_ document: JSON) throws(PolicyFaults) {
        var reader = PolicyReader()
        guard let policy = reader.read(document), reader.faults.isEmpty else { throw PolicyFaults(reader.faults) }
        self = policy
    }
}
