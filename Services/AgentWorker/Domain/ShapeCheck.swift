public import Core

/// Checks a value against the part of JSON Schema that answers are asked for in: `type`, `enum`, `const`, `required`,
/// `properties`, `additionalProperties: false`, `items`, `minimum`, `maximum`, `minItems`, `minLength`. Other keywords
/// are not looked at.
public enum ShapeCheck {
    /// At most this many mismatches are told.
    public static let limit = 8

    /// The mismatches as sentences that begin with the place, without the values themselves; none when it fits.
    public static func mismatches(_ value: JSON, _ schema: JSON) -> [String] {
        var found: [String] = []
        check(value, schema, JSONPointer(), &found)
        return Array(found.prefix(limit))
    }

    private static func check(_ value: JSON, _ schema: JSON, _ place: JSONPointer, _ found: inout [String]) {
        guard found.count < limit, schema.object != nil else { return }
        func miss(_ text: String) { found.append("\(place.tokens.isEmpty ? "/" : place.description): \(text)") }
        let types = schema["type"].map { $0.array?.compactMap(\.string) ?? [$0.string].compactMap { $0 } } ?? []
        if !types.isEmpty, !types.contains(where: { isOne(value, of: $0) }) {
            return miss("expected \(types.joined(separator: " or ")), found \(value.kind)")
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            miss("expected one of \(JSON.array(allowed).text())")
        }
        if let const = schema["const"], const != value { miss("expected \(const.text())") }
        if let number = value.double { checkBounds(number, schema, miss) }
        if let text = value.string, let least = schema["minLength"]?.int, text.count < least {
            miss("expected at least \(least) characters")
        }
        if let object = value.object { checkMembers(object, schema, place, &found) }
        if let elements = value.array {
            if let least = schema["minItems"]?.int, elements.count < least { miss("expected at least \(least) items") }
            if let items = schema["items"] {
                for (at, element) in elements.enumerated() { check(element, items, place.appending(at), &found) }
            }
        }
    }

    private static func checkMembers(
        _ object: JSONObject, _ schema: JSON, _ place: JSONPointer, _ found: inout [String]
    ) {
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where object[name] == nil {
            found.append("\(place.appending(name)): is missing")
        }
        let properties = schema["properties"]?.object ?? JSONObject()
        for (name, member) in object {
            if let inner = properties[name] {
                check(member, inner, place.appending(name), &found)
            } else if schema["additionalProperties"] == .bool(false) {
                found.append("\(place.appending(name)): is not asked for")
            }
        }
    }

    private static func checkBounds(_ number: Double, _ schema: JSON, _ miss: (String) -> Void) {
        if let least = schema["minimum"]?.double, number < least { miss("expected at least \(least)") }
        if let most = schema["maximum"]?.double, number > most { miss("expected at most \(most)") }
    }

    private static func isOne(_ value: JSON, of type: String) -> Bool {
        type == "integer" ? value.double.map { $0 == $0.rounded() } ?? false : value.kind == type
    }
}
