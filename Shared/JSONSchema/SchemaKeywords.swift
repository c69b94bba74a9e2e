import Core

/// The keywords of draft 2020-12 and where schemas stand below them.
enum SchemaKeywords {
    /// Keywords whose value is a schema.
    static let single: Set<String> = [
        "items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema",
    ]
    /// Keywords whose value is an array of schemas.
    static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
    /// Keywords whose value is an object of schemas.
    static let maps: Set<String> = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]
    /// Keywords that say something and check nothing.
    static let annotations: Set<String> = [
        "$id", "$schema", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "definitions", "title",
        "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "contentMediaType",
        "contentEncoding", "contentSchema",
    ]
    /// Keywords that are read with another one.
    static let companions: Set<String> = ["then", "else", "minContains", "maxContains"]

    static let vocabulary: [String: Vocabulary] = {
        var table: [String: Vocabulary] = [:]
        for key in ["$ref", "$dynamicRef"] { table[key] = .core }
        for key in [
            "properties", "patternProperties", "additionalProperties", "propertyNames", "dependentSchemas",
            "prefixItems", "items", "contains", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
        ] { table[key] = .applicator }
        for key in [
            "type", "const", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
            "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains",
            "minContains", "maxProperties", "minProperties", "required", "dependentRequired",
        ] { table[key] = .validation }
        for key in ["unevaluatedItems", "unevaluatedProperties"] { table[key] = .unevaluated }
        table["format"] = .annotation
        return table
    }()

    static let all: [String] = vocabulary.keys.sorted() + annotations.sorted()

    /// The paths from a keyword to the schemas in its value.
    static func schemas(_ key: String, _ value: JSON) -> [[String]] {
        if single.contains(key) { return [[]] }
        if lists.contains(key) { return (value.array ?? []).indices.map { [String($0)] } }
        if maps.contains(key) { return (value.object?.keys ?? []).map { [$0] } }
        return []
    }
}
