import Core

/// Compiles JSON schemas; refuses what is not checked here, so that no author believes in a check that is not made.
struct SchemaCompiler {
    private(set) var faults: [DefinitionFault] = []

    /// Keywords that say something and check nothing.
    private static let annotations: Set<String> = [
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly", "format", "contentMediaType", "contentEncoding",
    ]
    private static let types = ["null", "boolean", "object", "array", "number", "string", "integer"]

    mutating func compile(_ value: JSON, _ pointer: JSONPointer) -> Schema? {
        let node = node(value, pointer)
        return faults.isEmpty ? Schema(node: node) : nil
    }

    private mutating func fail(_ pointer: JSONPointer, _ value: JSON, _ expected: String) {
        faults.append(
            DefinitionFault(.validation, at: pointer, found: DefinitionDecoder.shown(value), expected: expected))
    }

    private mutating func node(_ value: JSON, _ pointer: JSONPointer) -> SchemaNode {
        if let bool = value.bool { return bool ? .anything : .nothing }
        guard let object = value.object else {
            fail(pointer, value, "a JSON schema: an object, true or false")
            return .nothing
        }
        var rules: [SchemaRule] = []
        for (key, member) in object {
            if let rule = rule(key, member, object, pointer.appending(key)) { rules.append(rule) }
        }
        return rules.isEmpty ? .anything : .rules(rules)
    }

    private mutating func rule(_ key: String, _ value: JSON, _ object: JSONObject, _ pointer: JSONPointer)
        -> SchemaRule?
    {
        switch key {
        case "type": return types(value, pointer)
        case "const": return .values([value])
        case "enum":
            guard let values = value.array else { return wrong(pointer, value, "an array") }
            return .values(values)
        case "allOf": return .all(list(value, pointer))
        case "anyOf": return .any(list(value, pointer))
        case "oneOf": return .one(list(value, pointer))
        case "not": return .not(node(value, pointer))
        case "if":
            return .conditional(
                node(value, pointer), then: member("then", object, pointer), otherwise: member("else", object, pointer))
        case "then", "else": return nil
        default:
            if let rule = ofObjects(key, value, object, pointer) ?? ofArrays(key, value, object, pointer)
                ?? ofScalars(key, value, pointer)
            {
                return rule
            }
            if Self.annotations.contains(key) || Self.siblings.contains(key) { return nil }
            faults.append(
                DefinitionFault(
                    .configuration, at: pointer, found: "the keyword \"\(key)\"",
                    expected: "a keyword of JSON Schema that this runtime checks"))
            return nil
        }
    }

    /// Keywords that are read together with another one.
    private static let siblings: Set<String> = [
        "properties", "additionalProperties", "prefixItems", "items", "minContains", "maxContains", "minProperties",
        "maxProperties", "minItems", "maxItems", "minLength", "maxLength", "uniqueItems",
    ]

    private mutating func wrong(_ pointer: JSONPointer, _ value: JSON, _ expected: String) -> SchemaRule? {
        fail(pointer, value, expected)
        return nil
    }

    private mutating func types(_ value: JSON, _ pointer: JSONPointer) -> SchemaRule? {
        let names = value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
        guard !names.isEmpty, names.allSatisfy(Self.types.contains) else {
            return wrong(pointer, value, "one or some of \(Self.types.joined(separator: ", "))")
        }
        return .types(names)
    }

    private mutating func list(_ value: JSON, _ pointer: JSONPointer) -> [SchemaNode] {
        guard let elements = value.array, !elements.isEmpty else {
            fail(pointer, value, "an array of schemas")
            return []
        }
        var nodes: [SchemaNode] = []
        for (position, element) in elements.enumerated() { nodes.append(node(element, pointer.appending(position))) }
        return nodes
    }

    private mutating func member(_ key: String, _ object: JSONObject, _ pointer: JSONPointer) -> SchemaNode? {
        guard let value = object[key] else { return nil }
        return node(value, JSONPointer(pointer.tokens.dropLast() + [key]))
    }

    private mutating func count(_ key: String, _ object: JSONObject, _ pointer: JSONPointer) -> Int? {
        guard let value = object[key] else { return nil }
        guard let count = value.int, count >= 0 else {
            fail(JSONPointer(pointer.tokens.dropLast() + [key]), value, "a whole number from 0")
            return nil
        }
        return count
    }

    private mutating func ofObjects(
        _ key: String, _ value: JSON, _ object: JSONObject, _ pointer: JSONPointer
    ) -> SchemaRule? {
        switch key {
        case "required":
            guard let names = value.array, names.allSatisfy({ $0.string != nil }) else {
                return wrong(pointer, value, "an array of names")
            }
            return .required(names.compactMap(\.string))
        case "properties", "additionalProperties":
            // Both make one rule, at the first of them.
            if key == "additionalProperties", object["properties"] != nil { return nil }
            var members: [String: SchemaNode] = [:]
            if key == "properties" {
                guard let properties = value.object else { return wrong(pointer, value, "an object of schemas") }
                for (name, member) in properties { members[name] = node(member, pointer.appending(name)) }
            }
            return .members(members, others: member("additionalProperties", object, pointer))
        case "propertyNames": return .names(node(value, pointer))
        case "minProperties", "maxProperties":
            return .memberCount(
                minimum: key == "minProperties" ? count(key, object, pointer) : nil,
                maximum: key == "maxProperties" ? count(key, object, pointer) : nil)
        case "dependentRequired":
            guard let object = value.object else { return wrong(pointer, value, "an object of arrays of names") }
            var needed: [String: [String]] = [:]
            for (name, names) in object { needed[name] = names.array?.compactMap(\.string) ?? [] }
            return .dependentRequired(needed)
        default: return nil
        }
    }

    private mutating func ofArrays(
        _ key: String, _ value: JSON, _ object: JSONObject, _ pointer: JSONPointer
    ) -> SchemaRule? {
        switch key {
        case "prefixItems": return .elements(list(value, pointer), others: member("items", object, pointer))
        case "items":
            return object["prefixItems"] == nil ? .elements([], others: node(value, pointer)) : nil
        case "contains":
            return .contains(
                node(value, pointer), minimum: count("minContains", object, pointer) ?? 1,
                maximum: count("maxContains", object, pointer))
        case "minItems", "maxItems":
            return .elementCount(
                minimum: key == "minItems" ? count(key, object, pointer) : nil,
                maximum: key == "maxItems" ? count(key, object, pointer) : nil)
        case "uniqueItems":
            return value == true ? .unique : value == false ? nil : wrong(pointer, value, "true or false")
        default: return nil
        }
    }

    private mutating func ofScalars(_ key: String, _ value: JSON, _ pointer: JSONPointer) -> SchemaRule? {
        switch key {
        case "minLength", "maxLength":
            guard let length = value.int, length >= 0 else { return wrong(pointer, value, "a whole number from 0") }
            return key == "minLength" ? .length(minimum: length, maximum: nil) : .length(minimum: nil, maximum: length)
        case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf":
            guard let number = value.double, key != "multipleOf" || number > 0 else {
                return wrong(pointer, value, "a number")
            }
            switch key {
            case "minimum": return .minimum(number, isExclusive: false)
            case "exclusiveMinimum": return .minimum(number, isExclusive: true)
            case "maximum": return .maximum(number, isExclusive: false)
            case "exclusiveMaximum": return .maximum(number, isExclusive: true)
            default: return .multipleOf(number)
            }
        default: return nil
        }
    }
}
