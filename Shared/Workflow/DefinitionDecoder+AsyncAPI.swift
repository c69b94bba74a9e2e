import Core
import Expressions

extension DefinitionDecoder {
    private static let known = [
        "amqp", "amqp1", "anypointmq", "googlepubsub", "http", "ibmmq", "jms", "kafka", "mercure", "mqtt", "mqtt5",
        "nats", "pulsar", "redis", "sns", "solace", "sqs", "stomp", "ws",
    ]
    private static let spoken = ["http", "kafka"]

    /// `asyncapi`: publishes a message, or takes some. What is evaluated for each message, `subscription.filter`,
    /// `consume.while` and `consume.until`, goes to the worker as `{ expression, variables }`: the text of a jq program
    /// and the values of the variables that it uses.
    mutating func asyncapi(_ arguments: Node) -> TaskAction? {
        check(
            arguments,
            .record(
                [
                    "document": .resource, "channel": .text("the name of a channel"),
                    "operation": .text("the name of an operation"),
                    "server": .record(["name": .text("a server's name"), "variables": .object], required: ["name"]),
                    "protocol": .choice(Self.known),
                    "message": .record(["payload": .object, "headers": .object]),
                    "subscription": .record(
                        [
                            "filter": .expression,
                            "consume": .record([
                                "amount": .whole(1...1_000_000), "for": .duration, "while": .expression,
                                "until": .expression,
                            ]), "foreach": .object,
                        ], required: ["consume"]), "authentication": .authentication,
                ], required: ["document"]))
        either(arguments, "operation", "channel")
        either(arguments, "message", "subscription")
        if let name = arguments["protocol"], let text = name.value.string, Self.known.contains(text),
            !Self.spoken.contains(text)
        {
            refuse(
                name, feature: "the protocol \(text)", hint: "supported are \(Self.spoken.joined(separator: ", "))")
        }
        var members = inlined(arguments.value).object ?? [:]
        guard let subscription = arguments["subscription"] else {
            return .call(
                function: "asyncapi",
                arguments: self.arguments(Node(value: .object(members), pointer: arguments.pointer), of: "asyncapi"))
        }
        members["subscription"] = nil
        var parts: [(key: String, value: Template)] = []
        switch self.arguments(Node(value: .object(members), pointer: arguments.pointer), of: "asyncapi") {
        case .object(let some): parts = some
        default: parts = members.map { ($0.key, .constant($0.value)) }
        }
        parts.append(("subscription", taken(subscription)))
        guard let each = subscription["foreach"] else {
            return .call(function: "asyncapi", arguments: .object(parts))
        }
        if isEndless(subscription["consume"]) {
            refuse(
                each, feature: "foreach over messages without an end",
                hint: "bound the subscription by amount or for, or listen: the events of the ingress may go on for ever"
            )
        }
        return .consume(arguments: .object(parts), iteration(each))
    }

    private mutating func either(_ node: Node, _ first: String, _ second: String) {
        switch (node[first], node[second]) {
        case (nil, nil): fail(node.pointer, found: "neither \(first) nor \(second)", expected: "one of them")
        case (_?, let other?): fail(other.pointer, found: "\(second) beside \(first)", expected: "one of them only")
        default: break
        }
    }

    private mutating func taken(_ node: Node) -> Template {
        var parts: [(key: String, value: Template)] = []
        if let filter = node["filter"] { parts.append(("filter", later(filter))) }
        guard let consume = node["consume"], consume.value.object != nil else { return .object(parts) }
        let ends = ["amount", "while", "until"].filter { consume[$0] != nil }
        if ends.count != 1 {
            fail(
                consume.pointer, found: ends.isEmpty ? "no end" : ends.joined(separator: " and "),
                expected: "one of amount, while, until")
        }
        if consume["for"] == nil {
            warn(
                consume.pointer, found: "no limit of time", expected: "the key for",
                hint: "without it the call ends by the task's timeout only, should the messages not come")
        }
        var policy: [(key: String, value: Template)] = []
        for (key, member) in consume.members {
            policy.append((key, key == "while" || key == "until" ? later(member) : template(member)))
        }
        parts.append(("consume", .object(policy)))
        return .object(parts)
    }

    /// Whether messages are taken for ever: without a limit of time, and by an expression that always goes on.
    private func isEndless(_ consume: Node?) -> Bool {
        guard let consume, consume["for"] == nil else { return false }
        func says(_ key: String, _ word: String) -> Bool {
            consume[key]?.value.string.flatMap(Self.inner)?.filter { !$0.isWhitespace } == word
        }
        return says("while", "true") || says("until", "false")
    }

    /// An expression for the worker, with the values of the variables that it uses.
    private mutating func later(_ node: Node) -> Template {
        guard isExpression(node), let program = expression(node) else { return .constant(.null) }
        var variables: [(key: String, value: Template)] = []
        for name in program.variables {
            guard let value = try? Expression("$\(name)", allowing: [name]) else { continue }
            variables.append((name, .expression(value)))
        }
        return .object([
            ("expression", .constant(.string(program.source))),
            ("variables", variables.isEmpty ? .constant(.object([:])) : .object(variables)),
        ])
    }
}
