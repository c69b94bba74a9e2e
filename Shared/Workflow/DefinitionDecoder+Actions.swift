import Core
import Expressions

extension DefinitionDecoder {
    /// The functions of the default catalogue.
    static let builtIn = ["agent", "llm", "retrieve", "embed", "approval", "policy"]
    private static let protocols = ["openapi", "grpc", "asyncapi", "mcp", "a2a"]

    mutating func call(_ node: Node, _ body: Node) -> TaskAction? {
        guard let name = text(body, "http, or a function such as agent:1.0.0@default") else { return nil }
        let arguments = node["with"]
        if name == "http" { return http(node, arguments) }
        if Self.protocols.contains(name) {
            refuse(body, feature: "call: \(name)")
            return nil
        }
        return function(name, node, body)
    }

    private mutating func http(_ node: Node, _ arguments: Node?) -> TaskAction? {
        guard let arguments = arguments ?? required(node, "with", "an object with method and endpoint") else {
            return nil
        }
        requireKeys(arguments, ["method", "endpoint", "headers", "body", "query", "output", "redirect"])
        if let method = required(arguments, "method", "an HTTP method") { _ = text(method, "an HTTP method") }
        if let endpoint = required(arguments, "endpoint", "a URI") {
            if endpoint.value.object != nil {
                requireKeys(endpoint, ["uri", "authentication"])
                if let uri = required(endpoint, "uri", "a URI") { _ = text(uri, "a URI") }
                if let authentication = endpoint["authentication"] { refuse(authentication, feature: "authentication") }
            } else {
                _ = text(endpoint, "a URI or an object with uri")
            }
        }
        for key in ["headers", "query"] {
            guard let member = arguments[key] else { continue }
            let isExpression = member.value.string.flatMap(Self.inner) != nil
            if member.value.object == nil, !isExpression { fail(member, expected: "an object or an expression") }
        }
        if let output = arguments["output"], !["raw", "content", "response"].contains(output.value) {
            fail(output, expected: "raw, content or response")
        }
        if let redirect = arguments["redirect"], redirect.value.bool == nil {
            fail(redirect, expected: "true or false")
        }
        return .call(function: "http", arguments: template(arguments))
    }

    mutating func emit(_ body: Node) -> TaskAction? {
        requireKeys(body, ["event"])
        guard let event = required(body, "event", "an object with the key with") else { return nil }
        requireKeys(event, ["with"])
        guard let attributes = required(event, "with", "the event's attributes") else { return nil }
        guard attributes.value.object != nil else {
            fail(attributes, expected: "the event's attributes")
            return nil
        }
        if let type = required(attributes, "type", "the event's type") { _ = text(type, "the event's type") }
        return .emit(template(attributes))
    }

    mutating func set(_ body: Node) -> TaskAction? {
        let isExpression = body.value.string.flatMap(Self.inner) != nil
        guard body.value.object != nil || isExpression else {
            fail(body, expected: "an object or an expression")
            return nil
        }
        return .set(template(body))
    }

    mutating func raise(_ body: Node) -> TaskAction? {
        requireKeys(body, ["error"])
        guard let member = required(body, "error", "an error, or the name of one in use.errors"),
            let node = reusable(member, "errors")
        else { return nil }
        return error(node).map(TaskAction.raise)
    }

    mutating func error(_ node: Node) -> ErrorTemplate? {
        requireKeys(node, ["type", "status", "title", "detail", "instance"])
        guard node.value.object != nil, let type = required(node, "type", "a URI"),
            let member = required(node, "status", "a whole number"), let status = integer(member, 100...599)
        else { return nil }
        for key in ["type", "title", "detail", "instance"] {
            if let text = node[key] { _ = self.text(text, "a text") }
        }
        return ErrorTemplate(
            type: template(type), status: status, title: node["title"].map { template($0) },
            detail: node["detail"].map { template($0) }, instance: node["instance"].map { template($0) })
    }
}
