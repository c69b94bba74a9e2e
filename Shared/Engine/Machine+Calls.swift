import Core
import Expressions
import Workflow

extension Machine {
    /// What is evaluated of a template here, and what is left to whoever has the secrets.
    mutating func resolveOutside(
        _ template: Template, _ scope: Scope
    ) throws(Fault) -> (arguments: JSON, deferred: DeferredExpressions?) {
        var deferred = DeferredExpressions(secrets: definition.secrets)
        let arguments = try resolve(deferring(template, JSONPointer(), scope, &deferred), scope.input, scope)
        if !deferred.places.isEmpty { deferred.input = scope.input }
        return (arguments, deferred.isEmpty ? nil : deferred)
    }

    /// The template without the expressions that read what only whoever runs the function has.
    private func deferring(
        _ template: Template, _ pointer: JSONPointer, _ scope: Scope, _ deferred: inout DeferredExpressions
    ) -> Template {
        switch template {
        case .constant: return template
        case .expression(let expression):
            let workers: Set<String> = ["secrets", "authorization"]
            guard !workers.isDisjoint(with: expression.variables) else { return template }
            for name in expression.variables where !workers.contains(name) {
                deferred.variables[name] = value(of: name, scope)
            }
            deferred.places.append(DeferredExpressions.Place(pointer, expression.source))
            return .constant(.null)
        case .array(let elements):
            var kept: [Template] = []
            for (position, element) in elements.enumerated() {
                kept.append(deferring(element, pointer.appending(position), scope, &deferred))
            }
            return .array(kept)
        case .object(let members):
            var kept: [(key: String, value: Template)] = []
            for (key, member) in members {
                kept.append((key, deferring(member, pointer.appending(key), scope, &deferred)))
            }
            return .object(kept)
        }
    }

    /// The resolved arguments of a function of the default catalogue must fit its schema, those aside that are
    /// evaluated where it runs: they are checked there.
    func check(
        _ arguments: JSON, _ deferred: DeferredExpressions?, _ function: String, _ task: WorkflowTask
    ) throws(Fault) {
        let later = Set(deferred?.places.compactMap { $0.pointer.tokens.first } ?? [])
        guard var fault = CatalogueFunction.named(function)?.fault(in: arguments, evaluatedLater: later) else { return }
        fault.instance = task.pointer
        throw fault
    }

    /// Where functions have URI templates: an endpoint is a text or an object with `uri`.
    private static let endpoints: [String: [[String]]] = [
        "http": [["endpoint"]], "openapi": [["document", "endpoint"]], "asyncapi": [["document", "endpoint"]],
        "mcp": [["transport", "http", "endpoint"]], "a2a": [["server"], ["agentCard", "endpoint"]],
        "script": [["source", "endpoint"]],
    ]

    /// The evaluated arguments of a function, which stand as `written` in the definition, with their endpoints filled
    /// in.
    mutating func expandingEndpoint(
        _ function: String, _ given: JSON, written: JSON?, _ scope: Scope
    ) throws(Fault) -> JSON {
        var arguments = given
        for path in Self.endpoints[function] ?? [] {
            arguments = try expanded(arguments, path[...], written, scope)
        }
        return arguments
    }

    /// The arguments with the URI template at `path` expanded. Only what the definition itself writes is a template,
    /// never what an expression gave; and an expression gives a URI only, never who is to be authenticated there.
    private func expanded(
        _ value: JSON, _ path: ArraySlice<String>, _ written: JSON?, _ scope: Scope
    ) throws(Fault) -> JSON {
        if let key = path.first {
            guard var members = value.object, let member = members[key] else { return value }
            members[key] = try expanded(member, path.dropFirst(), written?[key], scope)
            return .object(members)
        }
        if let uri = value.string { return written == value ? .string(try expanded(uri, scope)) : value }
        guard var members = value.object else { return value }
        if written?.string != nil {
            throw Fault(.expression, detail: "the endpoint's expression gives no text", instance: scope.task?.pointer)
        }
        guard let uri = members["uri"]?.string, written?["uri"]?.string == uri else { return value }
        members["uri"] = .string(try expanded(uri, scope))
        return .object(members)
    }

    /// RFC 6570, level 1, over the top-level members of the input.
    private func expanded(_ template: String, _ scope: Scope) throws(Fault) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            switch scope.input[name] {
            case nil, .null?: break
            case .string(let text)?: result += Self.percentEncoded(text)
            case .array?, .object?:
                throw Fault(
                    .expression, detail: "the input's member \(name) is no text, number or truth value",
                    instance: scope.task?.pointer)
            case let value?: result += Self.percentEncoded(value.text())
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
