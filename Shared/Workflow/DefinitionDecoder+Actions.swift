import Core
import Expressions

extension DefinitionDecoder {
    /// The functions of the default catalogue.
    static let builtIn = ["agent", "llm", "retrieve", "embed", "approval", "policy"]

    mutating func call(_ node: Node, _ body: Node) -> TaskAction? {
        guard let name = text(body, "http, or a function such as agent:1.0.0@default") else { return nil }
        if Self.protocols.contains(name) { return call(name, node, body) }
        return function(name, node, body)
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
        checkTexts(attributes)
        return .emit(template(attributes))
    }

    mutating func set(_ body: Node) -> TaskAction? {
        let isExpression = body.value.string.flatMap(Self.inner) != nil
        guard body.value.object != nil || isExpression else {
            fail(body, expected: "an object or an expression")
            return nil
        }
        if body.value.object?.isEmpty == true {
            fail(body, expected: "at least one member", hint: "to empty the data, write '${ {} }'")
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
