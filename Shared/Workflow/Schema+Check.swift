public import Core

extension Schema {
    /// The first thing in `value` that the schema forbids, as `<pointer>: <what is wrong>` (no value of the data is
    /// shown); nil when there is none.
    public func firstProblem(_ value: JSON) -> String? { node.problem(value, JSONPointer()) }
}

extension SchemaNode {
    fileprivate func problem(_ value: JSON, _ pointer: JSONPointer) -> String? {
        switch self {
        case .anything: return nil
        case .nothing: return "\(Self.shown(pointer)): nothing is allowed here"
        case .rules(let rules):
            for rule in rules { if let problem = rule.problem(value, pointer) { return problem } }
            return nil
        }
    }

    fileprivate func allows(_ value: JSON) -> Bool { problem(value, JSONPointer()) == nil }

    fileprivate static func shown(_ pointer: JSONPointer) -> String {
        pointer.tokens.isEmpty ? "/" : pointer.description
    }
}

extension SchemaRule {
    fileprivate func problem(_ value: JSON, _ pointer: JSONPointer) -> String? {
        func wrong(_ sentence: String) -> String { "\(SchemaNode.shown(pointer)): \(sentence)" }
        switch self {
        case .types(let types):
            let isOne = types.contains { Self.isType($0, value) }
            return isOne ? nil : wrong("\(value.kind) instead of \(types.joined(separator: " or "))")
        case .values(let values): return values.contains(value) ? nil : wrong("not one of the allowed values")
        case .all(let nodes):
            for node in nodes { if let problem = node.problem(value, pointer) { return problem } }
            return nil
        case .any(let nodes):
            return nodes.contains { $0.allows(value) } ? nil : wrong("fits none of the alternatives of anyOf")
        case .one(let nodes):
            let count = nodes.filter { $0.allows(value) }.count
            return count == 1 ? nil : wrong("fits \(count) of the alternatives of oneOf, not one")
        case .not(let node): return node.allows(value) ? wrong("fits what not forbids") : nil
        case .conditional(let condition, let then, let otherwise):
            return (condition.allows(value) ? then : otherwise)?.problem(value, pointer)
        default:
            switch value {
            case .object(let object): return problem(object, pointer, wrong)
            case .array(let elements): return problem(elements, pointer, wrong)
            case .string(let text): return problem(text, wrong)
            case .integer, .number: return problem(value.double ?? 0, wrong)
            case .null, .bool: return nil
            }
        }
    }

    private static func isType(_ type: String, _ value: JSON) -> Bool {
        if type == "integer" {
            if case .integer = value { return true }
            return value.double.map { $0 == $0.rounded() } ?? false
        }
        return type == value.kind
    }

    private func problem(_ object: JSONObject, _ pointer: JSONPointer, _ wrong: (String) -> String) -> String? {
        switch self {
        case .required(let names): return names.first { object[$0] == nil }.map { wrong("\"\($0)\" is missing") }
        case .members(let members, let others):
            for (key, value) in object {
                guard let node = members[key] ?? others else { continue }
                if members[key] == nil, case .nothing = node { return wrong("\"\(key)\" is not allowed") }
                if let problem = node.problem(value, pointer.appending(key)) { return problem }
            }
            return nil
        case .names(let node):
            return object.keys.first { !node.allows(.string($0)) }.map { wrong("the name \"\($0)\" is not allowed") }
        case .memberCount(let minimum, let maximum):
            return Self.bounds(object.count, minimum, maximum, "members", wrong)
        case .dependentRequired(let needed):
            for key in object.keys {
                if let name = needed[key]?.first(where: { object[$0] == nil }) {
                    return wrong("\"\(name)\" is missing beside \"\(key)\"")
                }
            }
            return nil
        default: return nil
        }
    }

    private func problem(_ elements: [JSON], _ pointer: JSONPointer, _ wrong: (String) -> String) -> String? {
        switch self {
        case .elements(let nodes, let others):
            for (position, element) in elements.enumerated() {
                guard let node = position < nodes.count ? nodes[position] : others else { return nil }
                if let problem = node.problem(element, pointer.appending(position)) { return problem }
            }
            return nil
        case .contains(let node, let minimum, let maximum):
            return Self.bounds(elements.filter { node.allows($0) }.count, minimum, maximum, "fitting elements", wrong)
        case .elementCount(let minimum, let maximum):
            return Self.bounds(elements.count, minimum, maximum, "elements", wrong)
        case .unique: return Set(elements).count == elements.count ? nil : wrong("elements are repeated")
        default: return nil
        }
    }

    private func problem(_ text: String, _ wrong: (String) -> String) -> String? {
        guard case .length(let minimum, let maximum) = self else { return nil }
        return Self.bounds(text.unicodeScalars.count, minimum, maximum, "characters", wrong)
    }

    private func problem(_ number: Double, _ wrong: (String) -> String) -> String? {
        switch self {
        case .minimum(let bound, let isExclusive):
            return isExclusive
                ? number > bound ? nil : wrong("not more than \(JSON.number(bound))")
                : number >= bound ? nil : wrong("less than \(JSON.number(bound))")
        case .maximum(let bound, let isExclusive):
            return isExclusive
                ? number < bound ? nil : wrong("not less than \(JSON.number(bound))")
                : number <= bound ? nil : wrong("more than \(JSON.number(bound))")
        case .multipleOf(let unit):
            let times = number / unit
            return abs(times - times.rounded()) <= 1e-9 * max(1, abs(times))
                ? nil : wrong("not a multiple of \(JSON.number(unit))")
        default: return nil
        }
    }

    private static func bounds(
        _ count: Int, _ minimum: Int?, _ maximum: Int?, _ what: String, _ wrong: (String) -> String
    ) -> String? {
        if let minimum, count < minimum { return wrong("\(count) \(what), at least \(minimum) wanted") }
        if let maximum, count > maximum { return wrong("\(count) \(what), at most \(maximum) wanted") }
        return nil
    }
}
