import Core
import Expressions

extension DefinitionDecoder {
    /// The calls that the language itself defines.
    static let protocols = ["http", "openapi", "grpc", "asyncapi", "mcp", "a2a"]
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ]
    private static let mcpMethods = [
        "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/read",
        "resources/templates/list",
    ]
    private static let a2aMethods = [
        "message/send", "message/stream", "tasks/get", "tasks/list", "tasks/cancel", "tasks/resubscribe",
        "tasks/pushNotificationConfig/set", "tasks/pushNotificationConfig/get", "tasks/pushNotificationConfig/list",
        "tasks/pushNotificationConfig/delete", "agent/getAuthenticatedExtendedCard",
    ]

    /// A call of one of `protocols`: its arguments checked, `authentication: { use: }` replaced by what it names.
    mutating func call(_ name: String, _ node: Node, _ body: Node) -> TaskAction? {
        guard let arguments = required(node, "with", "an object with the arguments of \(name)") else { return nil }
        guard arguments.value.object != nil else {
            fail(arguments, expected: "an object with the arguments of \(name)")
            return nil
        }
        switch name {
        case "http": http(arguments)
        case "openapi": openapi(arguments)
        case "grpc": grpc(arguments, body)
        case "asyncapi": return asyncapi(arguments)
        case "mcp": mcp(arguments)
        default: a2a(arguments)
        }
        let complete = Node(value: inlined(arguments.value), pointer: arguments.pointer)
        return .call(function: name, arguments: self.arguments(complete, of: name))
    }

    /// The arguments of a call that may show who makes it. What it shows that by knows nothing of it yet.
    mutating func arguments(_ node: Node, of function: String) -> Template {
        guard let place = CallAuthentication.place(function, node.value) else {
            return template(node, extra: Self.visible())
        }
        return template(node, place[...], Self.visible(authentication: CallAuthentication.policy(node.value, place)))
    }

    private mutating func template(_ node: Node, _ policy: ArraySlice<String>, _ visible: [String]) -> Template {
        guard let key = policy.first else { return template(node, extra: Self.visible()) }
        var members: [(key: String, value: Template)] = []
        for (name, member) in node.members {
            members.append(
                (name, name == key ? template(member, policy.dropFirst(), visible) : template(member, extra: visible)))
        }
        return members.allSatisfy { $0.value.isConstant } ? .constant(node.value) : .object(members)
    }

    private mutating func http(_ arguments: Node) {
        check(
            arguments,
            .record(
                [
                    "method": .text("an HTTP method"), "endpoint": .endpoint,
                    "headers": .expressionOr(.map(.text("a text"))), "body": .any,
                    "query": .expressionOr(.map(.text("a text"))), "output": Shape.output, "redirect": .flag,
                ], required: ["method", "endpoint"]))
        if let method = arguments["method"], let text = method.value.string, !isExpression(method),
            !Self.methods.contains(text.uppercased())
        {
            fail(
                method, expected: "an HTTP method",
                hint: Advice.spelling(of: text, among: Self.methods.map { $0.lowercased() }))
        }
        let method = arguments["method"]?.value.string?.uppercased()
        if let body = arguments["body"], method == "GET" || method == "HEAD" {
            warn(body.pointer, found: "a body in a \(method ?? "") request", expected: "no body, or another method")
        }
    }

    private mutating func openapi(_ arguments: Node) {
        check(
            arguments,
            .record(
                [
                    "document": .resource, "operationId": .text("the name of an operation"), "parameters": .object,
                    "authentication": .authentication, "output": Shape.output, "redirect": .flag,
                ], required: ["document", "operationId"]))
    }

    private mutating func grpc(_ arguments: Node, _ body: Node) {
        check(
            arguments,
            .record(
                [
                    "proto": .resource,
                    "service": .record(
                        [
                            "name": .text("the service's name"), "host": .text("a host's name"),
                            "port": .whole(0...65535), "authentication": .authentication,
                        ], required: ["name", "host"]),
                    "method": .text("the method's name"), "arguments": .object,
                ], required: ["proto", "service", "method"]))
        refuse(body, feature: "call: grpc", hint: "call the service over HTTP, or through a function")
    }

    private mutating func mcp(_ arguments: Node) {
        let texts = Shape.map(.text("a text"))
        check(
            arguments,
            .record(
                [
                    "protocolVersion": .text("a version of the protocol"), "method": .choice(Self.mcpMethods),
                    "parameters": .expressionOr(.object), "timeout": .duration,
                    "transport": .record(
                        [
                            "http": .record(
                                ["endpoint": .endpoint, "headers": texts], required: ["endpoint"], isOpen: true),
                            "stdio": .record(
                                [
                                    "command": .text("a command"), "arguments": .list(.text("a text")),
                                    "environment": texts,
                                ], required: ["command"], isOpen: true), "options": texts,
                        ], isOpen: true),
                    "client": .record(
                        ["name": .text("the client's name"), "version": .text("its version")],
                        required: ["name", "version"], isOpen: true),
                ], required: ["method", "transport"], isOpen: true))
        guard let transport = arguments["transport"], transport.value.object != nil else { return }
        switch (transport["http"], transport["stdio"]) {
        case (nil, nil): fail(transport.pointer, found: "no transport", expected: "http or stdio")
        case (_?, let second?): fail(second.pointer, found: "a second transport", expected: "one only")
        default: break
        }
    }

    private mutating func a2a(_ arguments: Node) {
        check(
            arguments,
            .record(
                [
                    "agentCard": .resource, "server": .endpoint, "method": .choice(Self.a2aMethods),
                    "parameters": .expressionOr(.object),
                ], required: ["method"]))
        if let parameters = arguments["parameters"], parameters.value.object?.isEmpty == true {
            fail(parameters, expected: "at least one parameter, or none of the key")
        }
        if arguments["agentCard"] == nil, arguments["server"] == nil {
            fail(arguments.pointer, found: "neither agentCard nor server", expected: "one of them: whom to call")
        }
    }
}
