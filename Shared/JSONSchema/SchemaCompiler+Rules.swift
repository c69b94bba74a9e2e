import Core

extension SchemaCompiler {
    mutating func rule(
        _ key: String, _ value: JSON, _ object: JSONObject, _ place: Place, _ active: Set<Vocabulary>
    ) -> SchemaRule? {
        switch key {
        case "$ref", "$dynamicRef": return reference(key, value, place)
        case "allOf": return list(key, value, place).map(SchemaRule.all)
        case "anyOf": return list(key, value, place).map(SchemaRule.any)
        case "oneOf": return list(key, value, place).map(SchemaRule.one)
        case "not": return .not(node(node(place, [key])))
        case "if":
            let then = object["then"] == nil ? nil : node(node(place, ["then"]))
            let otherwise = object["else"] == nil ? nil : node(node(place, ["else"]))
            return .conditional(node(node(place, [key])), then: then, otherwise: otherwise)
        case "dependentSchemas":
            guard let schemas = map(key, value, place) else { return nil }
            return .dependentSchemas(schemas.map { (key: $0.0, node: $0.1) })
        case "properties", "patternProperties", "additionalProperties": return members(key, object, place)
        case "propertyNames": return .names(node(node(place, [key])))
        case "prefixItems", "items": return elements(key, object, place)
        case "contains":
            let counts = active.contains(.validation)
            let minimum = counts ? count("minContains", object, place) : nil
            let maximum = counts ? count("maxContains", object, place) : nil
            return .contains(node(node(place, [key])), minimum: minimum ?? 1, maximum: maximum)
        case "unevaluatedProperties": return .otherMembers(node(node(place, [key])))
        case "unevaluatedItems": return .otherElements(node(node(place, [key])))
        default: return assertion(key, value, place, active)
        }
    }

    private mutating func assertion(_ key: String, _ value: JSON, _ place: Place, _ active: Set<Vocabulary>)
        -> SchemaRule?
    {
        let at = node(place, [key])
        switch key {
        case "type": return types(value, at)
        case "const": return .const(value)
        case "enum":
            guard let values = value.array else { return wrong(at, value, "an array") }
            return .values(Set(values))
        case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum":
            guard value.double != nil else { return wrong(at, value, "a number") }
            let isExclusive = key.hasPrefix("exclusive")
            return key.lowercased().hasSuffix("minimum")
                ? .minimum(value, isExclusive: isExclusive) : .maximum(value, isExclusive: isExclusive)
        case "multipleOf":
            guard let unit = Decimal(value), !unit.isZero, (value.double ?? 0) > 0 else {
                return wrong(at, value, "a number above 0")
            }
            return .multipleOf(unit)
        case "minLength": return count(value, at).map { .length(minimum: $0, maximum: nil) }
        case "maxLength": return count(value, at).map { .length(minimum: nil, maximum: $0) }
        case "minItems": return count(value, at).map { .elementCount(minimum: $0, maximum: nil) }
        case "maxItems": return count(value, at).map { .elementCount(minimum: nil, maximum: $0) }
        case "minProperties": return count(value, at).map { .memberCount(minimum: $0, maximum: nil) }
        case "maxProperties": return count(value, at).map { .memberCount(minimum: nil, maximum: $0) }
        case "uniqueItems":
            guard let isUnique = value.bool else { return wrong(at, value, "true or false") }
            return isUnique ? .unique : nil
        case "required": return names(value, at).map(SchemaRule.required)
        case "dependentRequired":
            guard let object = value.object else { return wrong(at, value, "an object of arrays of names") }
            return .dependentRequired(
                object.compactMap { key, member in
                    names(member, node(at, [key])).map { (key: key, names: $0) }
                })
        case "pattern": return pattern(value, at).map(SchemaRule.pattern)
        case "format": return format(value, at, active)
        default: return nil
        }
    }

    private mutating func wrong<T>(_ place: Place, _ value: JSON, _ expected: String) -> T? {
        let text = value.text()
        fail(place, text.count > 60 ? value.kind : text, expected)
        return nil
    }

    private mutating func types(_ value: JSON, _ place: Place) -> SchemaRule? {
        let all = ["null", "boolean", "object", "array", "number", "string", "integer"]
        let names = value.array.map { $0.map { $0.string ?? "" } } ?? [value.string ?? ""]
        guard !names.isEmpty, names.allSatisfy(all.contains) else {
            return wrong(place, value, "one or some of \(all.joined(separator: ", "))")
        }
        return .types(names)
    }

    private mutating func names(_ value: JSON, _ place: Place) -> [String]? {
        guard let names = value.array, names.allSatisfy({ $0.string != nil }) else {
            return wrong(place, value, "an array of names")
        }
        return names.compactMap(\.string)
    }

    private mutating func count(_ value: JSON, _ place: Place) -> Int? {
        guard let count = value.int, count >= 0 else { return wrong(place, value, "a whole number from 0") }
        return count
    }

    private mutating func count(_ key: String, _ object: JSONObject, _ place: Place) -> Int? {
        object[key].flatMap { count($0, node(place, [key])) }
    }

    private mutating func pattern(_ value: JSON, _ place: Place) -> TextPattern? {
        guard let text = value.string else { return wrong(place, value, "a regular expression") }
        do {
            return try TextPattern(text)
        } catch {
            fail(place, error.found, error.expected)
            return nil
        }
    }

    private mutating func format(_ value: JSON, _ place: Place, _ active: Set<Vocabulary>) -> SchemaRule? {
        guard let name = value.string else { return wrong(place, value, "the name of a format") }
        guard options.assertsFormats || active.contains(.assertion) else { return nil }
        if let format = TextFormat(rawValue: name) { return .format(format) }
        if TextFormat.unsupported.contains(name) || active.contains(.assertion) {
            fail(place, "the format \(name)", "a format that is checked here", isUnsupported: true)
        }
        return nil
    }

    private mutating func list(_ key: String, _ value: JSON, _ place: Place) -> [Int]? {
        guard let elements = value.array, !elements.isEmpty else {
            return wrong(node(place, [key]), value, "an array of schemas")
        }
        return elements.indices.map { node(node(place, [key, String($0)])) }
    }

    private mutating func map(_ key: String, _ value: JSON, _ place: Place) -> [(String, Int)]? {
        guard let object = value.object else { return wrong(node(place, [key]), value, "an object of schemas") }
        return object.keys.map { ($0, node(node(place, [key, $0]))) }
    }

    /// The three make one rule, at the first of them.
    private mutating func members(_ key: String, _ object: JSONObject, _ place: Place) -> SchemaRule? {
        let keys = ["properties", "patternProperties", "additionalProperties"].filter { object[$0] != nil }
        guard object.keys.first(where: keys.contains) == key else { return nil }
        var members: [String: Int] = [:]
        if let value = object["properties"], let schemas = map("properties", value, place) {
            for (name, number) in schemas { members[name] = number }
        }
        var patterns: [(pattern: TextPattern, node: Int)] = []
        if let value = object["patternProperties"], let schemas = map("patternProperties", value, place) {
            for (source, number) in schemas {
                if let pattern = pattern(.string(source), node(place, ["patternProperties", source])) {
                    patterns.append((pattern, number))
                }
            }
        }
        let others = object["additionalProperties"] == nil ? nil : node(node(place, ["additionalProperties"]))
        return .members(members, patterns: patterns, others: others)
    }

    private mutating func elements(_ key: String, _ object: JSONObject, _ place: Place) -> SchemaRule? {
        guard object.keys.first(where: { $0 == "items" || $0 == "prefixItems" }) == key else { return nil }
        let prefix = object["prefixItems"].flatMap { list("prefixItems", $0, place) } ?? []
        if let items = object["items"], items.array != nil {
            fail(
                node(place, ["items"]), "an array", "one schema; draft 2020-12 has prefixItems for elements by position"
            )
            return nil
        }
        return .elements(prefix, others: object["items"] == nil ? nil : node(node(place, ["items"])))
    }
}
