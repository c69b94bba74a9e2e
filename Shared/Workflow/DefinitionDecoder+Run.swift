import Core

extension DefinitionDecoder {
    private static let processes = ["container", "script", "shell", "workflow"]

    mutating func run(_ body: Node) -> TaskAction? {
        requireKeys(body, Self.processes + ["await", "return"])
        let kinds = Self.processes.filter { body[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1, let process = body[kind] else {
            fail(body, expected: "one of \(Self.processes.joined(separator: ", "))")
            return nil
        }
        if let awaits = body["await"], awaits.value.bool == nil { fail(awaits, expected: "true or false") }
        let awaits = body["await"]?.value.bool ?? true
        let returns = ["stdout", "stderr", "code", "all", "none"]
        if let member = body["return"], !returns.contains(member.value.string ?? "") {
            fail(member, expected: "one of \(returns.joined(separator: ", "))")
        }
        switch kind {
        case "workflow": return child(process, awaits)
        case "script": checkScript(process)
        case "shell":
            requireKeys(process, ["command", "stdin", "arguments", "environment"])
            if let command = required(process, "command", "a command") { _ = text(command, "a command") }
        default:
            checkContainer(process)
            refuse(
                process, feature: "run: container",
                hint: "offer what the container does as a service and call it, or use run: script or run: shell")
        }
        checkCommon(process)
        // The function is told what is to be its output beside what it is to run.
        var arguments = process.value.object ?? JSONObject()
        arguments["return"] = body["return"]?.value ?? "stdout"
        let node = Node(value: inlined(.object(arguments)), pointer: process.pointer)
        return .process(function: kind, arguments: template(node, extra: Self.visible()), awaits: awaits)
    }

    private mutating func checkScript(_ node: Node) {
        requireKeys(node, ["language", "code", "source", "stdin", "arguments", "environment"])
        if let language = required(node, "language", "js or python"),
            !["js", "javascript", "python"].contains(language.value)
        {
            fail(language, expected: "js or python")
        }
        switch (node["code"], node["source"]) {
        case (_?, let source?): fail(source.pointer, found: "source beside code", expected: "one of them only")
        case (nil, let source?): check(source, .resource)
        default: if let code = required(node, "code", "the script") { _ = text(code, "the script") }
        }
    }

    private mutating func checkContainer(_ node: Node) {
        check(
            node,
            .record(
                [
                    "image": .text("an image"), "name": .text("a name"), "command": .text("a command"),
                    "ports": .object, "volumes": .object, "environment": .any, "stdin": .any, "arguments": .any,
                    "lifetime": .record(
                        ["cleanup": .choice(["always", "never", "eventually"]), "after": .duration],
                        required: ["cleanup"]),
                    "pullPolicy": .choice(["ifNotPresent", "always", "never"]),
                ], required: ["image"]))
        guard let lifetime = node["lifetime"], let cleanup = lifetime["cleanup"]?.value.string else { return }
        switch (cleanup, lifetime["after"]) {
        case ("eventually", nil):
            fail(lifetime.pointer.appending("after"), found: "nothing", expected: "a duration")
        case ("always", let after?), ("never", let after?):
            fail(after.pointer, found: "after beside cleanup: \(cleanup)", expected: "cleanup: eventually")
        default: break
        }
    }

    private mutating func checkCommon(_ node: Node) {
        if let stdin = node["stdin"] { _ = text(stdin, "a text") }
        if let arguments = node["arguments"], arguments.value.array == nil, arguments.value.object == nil,
            !isExpression(arguments)
        {
            fail(arguments, expected: "a list of texts, or an expression")
        }
        if let environment = node["environment"], environment.value.object == nil, !isExpression(environment) {
            fail(environment, expected: "an object of texts, or an expression")
        }
    }

    private mutating func child(_ node: Node, _ awaits: Bool) -> TaskAction? {
        requireKeys(node, ["namespace", "name", "version", "input"])
        let namespace = required(node, "namespace", "a namespace").flatMap { text($0, "a namespace") }
        let name = required(node, "name", "a workflow's name").flatMap { text($0, "a workflow's name") }
        var version = "latest"
        if let member = node["version"], let text = text(member, "a semantic version, or latest") {
            version = text
            if text != "latest", !Self.isSemantic(text) { fail(member, expected: "a semantic version, or latest") }
        }
        if let input = node["input"], input.value.object == nil, !isExpression(input) {
            fail(input, expected: "an object, or an expression")
        }
        let input = node["input"].map { template($0) }
        guard let namespace, let name else { return nil }
        let definition = DefinitionReference(namespace: namespace, name: name, version: version)
        return .child(ChildClause(definition: definition, input: input, awaits: awaits))
    }
}
