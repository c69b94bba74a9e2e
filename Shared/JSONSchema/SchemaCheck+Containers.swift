import Core

extension SchemaCheck {
    mutating func check(_ rule: SchemaRule, _ node: SchemaNode, _ object: JSONObject, _ seen: inout Seen) -> Bool {
        switch rule {
        case .required(let names):
            var result = true
            for name in names where object[name] == nil { result = miss(node, "required", "\"\(name)\" is missing") }
            return result
        case .memberCount(let minimum, let maximum):
            return bounds(object.count, minimum, maximum, "Properties", "members", node)
        case .dependentRequired(let needed):
            var result = true
            for (key, names) in needed where object[key] != nil {
                for name in names where object[name] == nil {
                    result = miss(node, "dependentRequired", "\"\(name)\" is missing beside \"\(key)\"")
                }
            }
            return result
        case .names(let number): return names(number, node, object)
        case .members(let members, let patterns, let others):
            return self.members(members, patterns, others, node, object, &seen)
        case .otherMembers(let number):
            var result = true
            guard !seen.allMembers else { return true }
            for (key, value) in object where !seen.members.contains(key) {
                if !member(number, key, value, "unevaluatedProperties", node) { result = false }
                if !result, isOver || quiet > 0 { return false }
            }
            seen.allMembers = true
            return result
        default: return true
        }
    }

    private mutating func names(_ number: Int, _ node: SchemaNode, _ object: JSONObject) -> Bool {
        var result = true
        for key in object.keys {
            var unseen = Seen()
            if !quietly(number, .string(key), &unseen) {
                result = miss(node, "propertyNames", "the name \"\(key)\" is not allowed")
            }
            if !result, isOver || quiet > 0 { return false }
        }
        return result
    }

    private mutating func members(
        _ members: [String: Int], _ patterns: [(pattern: TextPattern, node: Int)], _ others: Int?,
        _ node: SchemaNode, _ object: JSONObject, _ seen: inout Seen
    ) -> Bool {
        var result = true
        for (key, value) in object {
            steps -= 1
            var isKnown = false
            if let number = members[key] {
                isKnown = true
                if !fits(number, value, at: key) { result = false }
            }
            for (pattern, number) in patterns where pattern.matches(key, steps: &steps) == true {
                isKnown = true
                if !fits(number, value, at: key) { result = false }
            }
            if !isKnown, let others {
                isKnown = true
                if !member(others, key, value, "additionalProperties", node) { result = false }
            }
            if isKnown, program.tracks { seen.members.insert(key) }
            if !result, isOver || quiet > 0 { return false }
        }
        return result && steps > 0
    }

    /// A member that no keyword names. Where none may be, the message names it.
    private mutating func member(
        _ number: Int, _ key: String, _ value: JSON, _ keyword: String, _ node: SchemaNode
    ) -> Bool {
        if case .nothing? = program.nodes[number].rules.first {
            return miss(node, keyword, "\"\(key)\" is not allowed")
        }
        return fits(number, value, at: key)
    }

    mutating func check(_ rule: SchemaRule, _ node: SchemaNode, _ elements: [JSON], _ seen: inout Seen) -> Bool {
        switch rule {
        case .elementCount(let minimum, let maximum):
            return bounds(elements.count, minimum, maximum, "Items", "elements", node)
        case .unique:
            steps -= elements.count
            return Set(elements).count == elements.count ? true : miss(node, "uniqueItems", "elements are repeated")
        case .elements(let prefix, let others):
            var result = true
            for (position, element) in elements.enumerated() {
                guard let number = position < prefix.count ? prefix[position] : others else { break }
                if !self.element(number, position, element, "items", node) { result = false }
                if program.tracks { seen.elements.insert(position) }
                if !result, isOver || quiet > 0 { return false }
            }
            return result
        case .contains(let number, let minimum, let maximum):
            var count = 0
            for (position, element) in elements.enumerated() {
                if fits(number, element, at: String(position), quietly: true) {
                    count += 1
                    if program.tracks { seen.elements.insert(position) }
                }
                guard steps > 0 else { return false }
            }
            return bounds(count, minimum, maximum, "Contains", "fitting elements", node)
        case .otherElements(let number):
            guard !seen.allElements else { return true }
            var result = true
            for (position, element) in elements.enumerated() where !seen.elements.contains(position) {
                if !self.element(number, position, element, "unevaluatedItems", node) { result = false }
                if !result, isOver || quiet > 0 { return false }
            }
            seen.allElements = true
            return result
        default: return true
        }
    }

    private mutating func element(
        _ number: Int, _ position: Int, _ value: JSON, _ keyword: String, _ node: SchemaNode
    ) -> Bool {
        if case .nothing? = program.nodes[number].rules.first {
            return miss(node, keyword, "element \(position) is not allowed")
        }
        return fits(number, value, at: String(position))
    }
}
