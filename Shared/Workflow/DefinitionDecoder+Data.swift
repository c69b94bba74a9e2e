import Core
import Expressions
import JSONSchema

extension DefinitionDecoder {
    /// `input`, `output` and `export`: a schema and a transformation under the key `from` or `as`.
    mutating func stage(_ node: Node, transform key: String, extra: [String] = []) -> DataStage {
        requireKeys(node, ["schema", key])
        return DataStage(
            schema: node["schema"].flatMap { schema($0) },
            transform: node[key].flatMap { transform($0, extra: extra) })
    }

    private mutating func schema(_ node: Node) -> Schema? {
        requireKeys(node, ["format", "document", "resource"])
        if let format = node["format"] {
            guard let name = text(format, "a format such as json") else { return nil }
            if name.split(separator: ":").first != "json" {
                refuse(format, feature: "schemas in another format than json", hint: "write it as a JSON schema")
                return nil
            }
        }
        if let resource = node["resource"] {
            check(resource, .resource)
            if let document = node["document"] {
                fail(document.pointer, found: "document beside resource", expected: "one of them only")
            }
            refuse(resource, feature: "schemas from elsewhere", hint: Self.bundling(resource["endpoint"]))
            return nil
        }
        guard let document = required(node, "document", "a JSON schema") else { return nil }
        do {
            return try Schema(document.value, at: document.pointer)
        } catch {
            for fault in error.list {
                let kind = fault.isUnsupported ? DefinitionFault.Kind.configuration : .validation
                fail(kind, fault.pointer, found: fault.found, expected: fault.expected)
            }
            return nil
        }
    }

    private mutating func transform(_ node: Node, extra: [String]) -> Template? {
        if node.value.string != nil { return expression(node, extra: extra).map(Template.expression) }
        guard node.value.object != nil else {
            fail(node, expected: "an expression or an object")
            return nil
        }
        return template(node, extra: extra)
    }

    /// An expression whose braces may be left out.
    mutating func expression(_ node: Node, extra: [String] = []) -> Expression? {
        guard let text = text(node, "an expression") else { return nil }
        return compile(Self.inner(text) ?? text, node.pointer, extra: extra)
    }

    private mutating func compile(_ source: String, _ pointer: JSONPointer, extra: [String]) -> Expression? {
        let visible = (hasExecution ? Self.globals : []) + scope + extra
        do {
            let allowed = visible + Self.workers + (hasExecution ? [Expression.now] : [])
            let expression = try Expression(source, allowing: allowed)
            for name in Self.workers where expression.variables.contains(name) && !extra.contains(name) {
                refuseData(name, at: pointer)
            }
            if expression.variables.contains("secrets") { secrets(in: source, pointer) }
            guard let secretInput, extra.contains("secrets") else { return expression }
            return try Expression("(\(secretInput)\n) as $input | $input | (\(source)\n)", allowing: allowed)
        } catch {
            let isVariable = error.message.hasPrefix("$")
            let hint = isVariable ? "visible here: \(visible.map { "$" + $0 }.joined(separator: ", "))" : nil
            fail(.expression, pointer, found: error.description, expected: "a jq expression", hint: hint)
            return nil
        }
    }

    /// What stands between `${` and `}`, when the whole text is that.
    static func inner(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) }),
            last >= first + 2, bytes[first] == UInt8(ascii: "$"), bytes[first + 1] == UInt8(ascii: "{"),
            bytes[last] == UInt8(ascii: "}")
        else { return nil }
        return String(decoding: bytes[(first + 2)..<last], as: UTF8.self)
    }

    /// A value whose strings are expressions where all of them stands between `${` and `}`.
    mutating func template(_ node: Node, extra: [String] = []) -> Template {
        switch node.value {
        case .string(let text):
            if let source = Self.inner(text) {
                return compile(source, node.pointer, extra: extra).map(Template.expression) ?? .constant(.null)
            }
            if Self.hasInterpolation(text) {
                fail(
                    .expression, node.pointer, found: "an expression inside of a text",
                    expected: #"one expression for the whole text, such as ${ "Hello \(.name)" }"#,
                    hint: Advice.cut(text))
            }
            return .constant(node.value)
        case .array:
            let elements = node.elements.map { template($0, extra: extra) }
            return elements.allSatisfy(\.isConstant) ? .constant(node.value) : .array(elements)
        case .object:
            let members = node.members.map { ($0.key, template($0.node, extra: extra)) }
            return members.allSatisfy { $0.1.isConstant } ? .constant(node.value) : .object(members)
        default: return .constant(node.value)
        }
    }

    private static func hasInterpolation(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if previous == UInt8(ascii: "$"), byte == UInt8(ascii: "{") { return true }
            previous = byte
        }
        return false
    }

    /// `timeout`: `after` or the name of a reusable one.
    mutating func timeout(_ node: Node) -> DurationTemplate? {
        guard let node = reusable(node, "timeouts") else { return nil }
        requireKeys(node, ["after"], expected: "an object with after, or the name of a time-out in use.timeouts")
        guard node.value.object != nil else { return nil }
        return required(node, "after", "a duration").flatMap { duration($0) }
    }

    /// A duration: ISO 8601, an object of units, or an expression.
    mutating func duration(_ node: Node) -> DurationTemplate? {
        if let text = node.value.string, Self.inner(text) != nil { return .evaluated(template(node)) }
        if let duration = DurationTemplate.duration(node.value) { return .fixed(duration) }
        fail(node, expected: "an ISO 8601 duration such as PT30S, or an object such as { seconds: 30 }")
        return nil
    }

    /// A duration that must be known now.
    mutating func fixedDuration(_ node: Node) -> Duration? {
        switch duration(node) {
        case .fixed(let duration): return duration
        case .evaluated:
            fail(node, expected: "a duration without an expression")
            return nil
        case nil: return nil
        }
    }
}

extension Template {
    /// Whether no expression is in it.
    public var isConstant: Bool { if case .constant = self { true } else { false } }
}
