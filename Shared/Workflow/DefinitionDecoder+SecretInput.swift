import Core
import Expressions

/// `input.from` may read secrets where the transformed input is for arguments only: then it is evaluated with them, by
/// whoever runs the task, and the engine never sees it.
extension DefinitionDecoder {
    /// The program of the node's `input.from`, when it reads secrets; what it must not do then is refused.
    mutating func secretInput(of kind: String, _ node: Node) -> String? {
        guard let from = node["input"]?["from"], Self.mentionsSecrets(from.value) else { return nil }
        let isOutside: Bool =
            switch kind {
            case "call": node["call"]?.value.string.map { isElsewhere($0) } ?? false
            case "run": node["run"]?["script"] != nil || node["run"]?["shell"] != nil
            default: false
            }
        guard isOutside else {
            refuseData("secrets", at: from.pointer)
            return nil
        }
        let source =
            from.value.string == nil
            ? Self.program(template(from, extra: Self.visible())) : expression(from, extra: Self.visible())?.source
        if node["run"]?["await"]?.value == false {
            refuse(from, "a process that is not awaited, whose output is its input")
        }
        if let timeout = node["timeout"], let after = (named(timeout) ?? timeout)["after"],
            after.value.string.flatMap(Self.inner) != nil
        {
            refuse(timeout["after"] ?? timeout, "the length of a time-out")
        }
        if let subscription = node["with"]?["subscription"] { refuse(subscription, "a subscription") }
        for arguments in [node["with"], node["run"]?["script"]?["source"]] {
            if let arguments { refuseTemplates(arguments) }
        }
        for stage in ["output", "export"] {
            guard let transform = node[stage]?["as"], Self.readsInput(transform.value) else { continue }
            refuse(transform, "an \(stage)")
        }
        return source
    }

    /// Whether a call of `name` is made elsewhere, and not by tasks that have the name of a function of this runtime.
    private func isElsewhere(_ name: String) -> Bool {
        if Self.protocols.contains(name) { return true }
        return Self.isAgents(name) && use?["functions"]?[name] == nil
            && catalogue.function(Self.qualified(name)) == nil
    }

    private func named(_ timeout: Node) -> Node? { timeout.value.string.flatMap { use?["timeouts"]?[$0] } }

    private mutating func refuse(_ node: Node, _ use: String) {
        fail(
            .expression, node.pointer, found: "an input with secrets in \(use)",
            expected: "an input.from with secrets for arguments only")
    }

    private mutating func refuseTemplates(_ node: Node) {
        for (key, member) in node.members {
            if ["endpoint", "uri", "server"].contains(key), let text = member.value.string, text.contains("{"),
                Self.inner(text) == nil
            {
                refuse(member, "a URI template; use an expression")
            }
            refuseTemplates(member)
        }
    }

    private static func mentionsSecrets(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): text.contains("$secrets")
        case .array(let elements): elements.contains(where: mentionsSecrets)
        case .object(let members): members.contains { mentionsSecrets($0.1) }
        default: false
        }
    }

    private static func readsInput(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): text.contains("$input")
        case .array(let elements): elements.contains(where: readsInput)
        case .object(let members): members.contains { readsInput($0.1) }
        default: false
        }
    }

    /// The jq program that makes what the template does.
    private static func program(_ template: Template) -> String {
        switch template {
        case .constant(let value): value.text()
        case .expression(let expression): "(\(expression.source)\n)"
        case .array(let elements): "[" + elements.map { program($0) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(JSON.string($0.key).text()): \(program($0.value))" }.joined(separator: ", ") + "}"
        }
    }
}
