import Core

extension DefinitionDecoder {
    /// Collects what is wrong with a part that should be of the shape.
    mutating func check(_ node: Node, _ shape: Shape) {
        switch shape {
        case .any: break
        case .text(let words): _ = text(node, words)
        case .choice(let names): choose(node, names)
        case .flag: if node.value.bool == nil { fail(node, expected: "true or false") }
        case .whole(let range): _ = integer(node, range)
        case .duration: _ = duration(node)
        case .expression: if !isExpression(node) { fail(node, expected: "an expression, such as ${ .a }") }
        case .expressionOr(let other): if !isExpression(node) { check(node, other) }
        case .object: if node.value.object == nil { fail(node, expected: "an object") }
        case .map(let inner):
            guard node.value.object != nil else { return fail(node, expected: "an object") }
            for (_, member) in node.members { check(member, inner) }
        case .list(let inner):
            guard node.value.array != nil else { return fail(node, expected: "an array") }
            for element in node.elements { check(element, inner) }
        case .record(let fields, let required, let isOpen): record(node, fields, required, isOpen)
        case .uri: uri(node)
        case .endpoint: endpoint(node)
        case .resource:
            record(node, ["name": .text("a name"), "endpoint": .endpoint], ["endpoint"], false)
        case .authentication: authentication(node)
        }
    }

    /// Whether `${ }` stands around the whole text.
    func isExpression(_ node: Node) -> Bool { node.value.string.flatMap(Self.inner) != nil }

    private mutating func choose(_ node: Node, _ names: [String]) {
        guard let text = node.value.string, names.contains(text) else {
            let words = names.count == 2 ? names.joined(separator: " or ") : "one of \(names.joined(separator: ", "))"
            return fail(
                node, expected: words, hint: node.value.string.flatMap { Advice.spelling(of: $0, among: names) })
        }
    }

    private mutating func record(
        _ node: Node, _ fields: KeyValuePairs<String, Shape>, _ required: [String], _ isOpen: Bool
    ) {
        guard node.value.object != nil else {
            return fail(node, expected: "an object with \(fields.map(\.key).joined(separator: ", "))")
        }
        if isOpen {
            strangers(node, fields.map(\.key))
        } else {
            requireKeys(node, fields.map(\.key))
        }
        for (key, shape) in fields {
            if let member = node[key] {
                check(member, shape)
            } else if required.contains(key) {
                fail(node.pointer.appending(key), found: "nothing", expected: Self.words(for: shape))
            }
        }
    }

    /// The language lets others be here, but nothing looks at them.
    private mutating func strangers(_ node: Node, _ known: [String]) {
        for key in node.value.object?.keys ?? [] where !known.contains(key) {
            warn(
                node.pointer.appending(key), found: "the key \"\(key)\", which nothing looks at",
                expected: "one of \(known.joined(separator: ", "))", hint: Advice.spelling(of: key, among: known))
        }
    }

    /// The attributes of an event that are texts by CloudEvents.
    mutating func checkTexts(_ attributes: Node) {
        for key in ["id", "source", "type", "time", "subject", "datacontenttype", "dataschema"] {
            if let attribute = attributes[key] { _ = text(attribute, "a text") }
        }
    }

    private static func words(for shape: Shape) -> String {
        switch shape {
        case .any: "a value"
        case .text(let words): words
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .flag: "true or false"
        case .whole: "a whole number"
        case .duration: "a duration"
        case .expression: "an expression"
        case .expressionOr(let other): words(for: other)
        case .object, .map: "an object"
        case .list: "an array"
        case .record(let fields, _, _): "an object with \(fields.map(\.key).joined(separator: ", "))"
        case .uri: "a URI"
        case .endpoint: "a URI, or an object with uri"
        case .resource: "an object with endpoint"
        case .authentication: "an authentication"
        }
    }

    private mutating func uri(_ node: Node) {
        guard let text = text(node, "a URI") else { return }
        if let hint = Advice.cut(text) { return fail(node, expected: "a URI", hint: hint) }
        let scalars = text.unicodeScalars
        if text.isEmpty || scalars.contains(where: { $0.properties.isWhitespace }) {
            return fail(node, expected: "a URI without spaces")
        }
        var open = false
        for scalar in scalars where scalar == "{" || scalar == "}" {
            if (scalar == "{") == open { return fail(node, expected: "a URI template with a name between braces") }
            open.toggle()
        }
        if open { fail(node, expected: "a URI template with a name between braces") }
    }

    private mutating func endpoint(_ node: Node) {
        if node.value.object != nil {
            record(node, ["uri": .expressionOr(.uri), "authentication": .authentication], ["uri"], false)
        } else if node.value.string == nil {
            fail(node, expected: "a URI, an expression, or an object with uri")
        } else {
            check(node, .expressionOr(.uri))
        }
    }
}
