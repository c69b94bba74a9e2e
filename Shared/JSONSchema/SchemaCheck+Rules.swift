import Core

extension SchemaCheck {
    mutating func check(_ rule: SchemaRule, _ node: SchemaNode, _ value: JSON, _ seen: inout Seen) -> Bool {
        switch rule {
        case .nothing: return miss(node, "", "nothing is allowed here")
        case .types(let names):
            if names.contains(where: { Self.isType($0, value) }) { return true }
            return miss(node, "type", "\(value.kind) instead of \(names.joined(separator: " or "))")
        case .const(let constant):
            return constant == value ? true : miss(node, "const", "not \(Self.shown([constant]))")
        case .values(let values):
            return values.contains(value) ? true : miss(node, "enum", "none of \(Self.shown(Array(values)))")
        case .all, .any, .one, .not, .conditional, .dependentSchemas, .reference, .dynamicReference:
            return combine(rule, node, value, &seen)
        default: break
        }
        switch value {
        case .object(let object): return check(rule, node, object, &seen)
        case .array(let elements): return check(rule, node, elements, &seen)
        case .string(let text): return check(rule, node, text)
        case .integer, .number: return check(rule, node, number: value)
        case .null, .bool: return true
        }
    }

    private static func isType(_ type: String, _ value: JSON) -> Bool {
        guard type == "integer" else { return type == value.kind }
        if case .integer = value { return true }
        return value.double.map { $0 == $0.rounded() } ?? false
    }

    /// Values of the schema, not of the data.
    private static func shown(_ values: [JSON]) -> String {
        let texts = values.map { $0.text() }.sorted()
        let text = texts.prefix(12).joined(separator: ", ")
        return text.count > 200 || texts.count > 12 ? text.prefix(200) + " …" : text
    }

    private mutating func combine(_ rule: SchemaRule, _ node: SchemaNode, _ value: JSON, _ seen: inout Seen) -> Bool {
        switch rule {
        case .reference(let number): return fits(number, value, &seen)
        case .dynamicReference(let name, let fallback):
            return fits(dynamicTarget(name, fallback), value, &seen)
        case .all(let numbers):
            var result = true
            for number in numbers where !fits(number, value, &seen) {
                result = false
                if isOver || quiet > 0 { return false }
            }
            return result
        case .any(let numbers), .one(let numbers): return alternatives(rule, numbers, node, value, &seen)
        case .not(let number):
            var unseen = Seen()
            if !quietly(number, value, &unseen) { return steps > 0 }
            return miss(node, "not", "fits what not forbids")
        case .conditional(let condition, let then, let otherwise):
            let holds = quietly(condition, value, &seen)
            guard steps > 0 else { return false }
            return (holds ? then : otherwise).map { fits($0, value, &seen) } ?? true
        case .dependentSchemas(let schemas):
            guard let object = value.object else { return true }
            var result = true
            for (key, number) in schemas where object[key] != nil {
                if !fits(number, value, &seen) { result = false }
            }
            return result
        default: return true
        }
    }

    /// All that fit are looked at, as each may look at other parts of the value.
    private mutating func alternatives(
        _ rule: SchemaRule, _ numbers: [Int], _ node: SchemaNode, _ value: JSON, _ seen: inout Seen
    ) -> Bool {
        let outer = found
        var (fitting, nearest) = (0, [SchemaProblem]())
        for number in numbers {
            found = []
            if fits(number, value, &seen) {
                fitting += 1
                if case .any = rule, !program.tracks { break }
            } else if quiet == 0 {
                if nearest.isEmpty || Self.depth(found) > Self.depth(nearest) { nearest = found }
            }
            guard steps > 0 else {
                found = outer + found
                return false
            }
        }
        found = outer
        if case .any = rule {
            if fitting > 0 { return true }
            let near = Self.nearly(nearest, path.count)
            return miss(node, "anyOf", "fits none of \(numbers.count) alternatives\(near)")
        }
        if fitting == 1 { return true }
        let text = fitting == 0 ? "none" : "\(fitting)"
        let near = fitting == 0 ? Self.nearly(nearest, path.count) : ""
        return miss(node, "oneOf", "fits \(text) of \(numbers.count) alternatives instead of one\(near)")
    }

    /// How far an alternative got: what fails deep inside is more likely to be meant than what fails at once.
    private static func depth(_ problems: [SchemaProblem]) -> Int {
        problems.map { $0.instance.tokens.count }.min() ?? 0
    }

    private static func nearly(_ problems: [SchemaProblem], _ depth: Int) -> String {
        guard let first = problems.first else { return "" }
        let place = JSONPointer(Array(first.instance.tokens.dropFirst(depth))).description
        return "; nearest: \(place.isEmpty ? "" : place + ": ")\(first.message)"
    }

    private mutating func check(_ rule: SchemaRule, _ node: SchemaNode, _ text: String) -> Bool {
        switch rule {
        case .length(let minimum, let maximum):
            // Not all of a long text needs counting.
            let scalars = text.unicodeScalars
            steps -= min(scalars.count, 1 << 20) >> 6
            return bounds(scalars.count, minimum, maximum, "Length", "characters", node)
        case .pattern(let pattern):
            guard let matches = pattern.matches(text, steps: &steps) else {
                found.append(
                    SchemaProblem(
                        at: JSONPointer(path), keyword: node.location + "/pattern",
                        message: "the check takes too many steps"))
                return false
            }
            return matches ? true : miss(node, "pattern", "does not match \(pattern.source.prefix(200))")
        case .format(let format):
            return format.allows(text) ? true : miss(node, "format", "no \(format.rawValue)")
        default: return true
        }
    }

    private mutating func check(_ rule: SchemaRule, _ node: SchemaNode, number: JSON) -> Bool {
        switch rule {
        case .minimum(let bound, let isExclusive):
            let order = Self.order(number, bound)
            if order > 0 || (order == 0 && !isExclusive) { return true }
            return isExclusive
                ? miss(node, "exclusiveMinimum", "not more than \(bound.text())")
                : miss(node, "minimum", "less than \(bound.text())")
        case .maximum(let bound, let isExclusive):
            let order = Self.order(number, bound)
            if order < 0 || (order == 0 && !isExclusive) { return true }
            return isExclusive
                ? miss(node, "exclusiveMaximum", "not less than \(bound.text())")
                : miss(node, "maximum", "more than \(bound.text())")
        case .multipleOf(let unit):
            guard let number = Decimal(number), number.isMultiple(of: unit) else {
                return miss(node, "multipleOf", "not a multiple of what multipleOf says")
            }
            return true
        default: return true
        }
    }

    private static func order(_ left: JSON, _ right: JSON) -> Int {
        if case .integer(let left) = left, case .integer(let right) = right {
            return left < right ? -1 : left == right ? 0 : 1
        }
        let (left, right) = (left.double ?? 0, right.double ?? 0)
        return left < right ? -1 : left == right ? 0 : 1
    }

    mutating func bounds(
        _ count: Int, _ minimum: Int?, _ maximum: Int?, _ keyword: String, _ what: String, _ node: SchemaNode
    ) -> Bool {
        if let minimum, count < minimum {
            return miss(node, "min" + keyword, "\(count) \(what), at least \(minimum) wanted")
        }
        if let maximum, count > maximum {
            return miss(node, "max" + keyword, "\(count) \(what), at most \(maximum) wanted")
        }
        return true
    }
}
