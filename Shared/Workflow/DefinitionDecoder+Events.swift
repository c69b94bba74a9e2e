import Core
import Expressions
import Patterns

extension DefinitionDecoder {
    mutating func listen(_ node: Node, _ body: Node) -> TaskAction? {
        requireKeys(body, ["to", "read"])
        let reading = body["read"].map { self.reading($0) } ?? .data
        let target = required(body, "to", "the events: one, any or all")
        let strategy = target.flatMap { self.strategy($0) }
        let iteration = node["foreach"].map { self.iteration($0) }
        guard let strategy else { return nil }
        return .listen(ListenClause(strategy: strategy, reading: reading, iteration: iteration))
    }

    mutating func reading(_ node: Node) -> EventReading {
        if let reading = node.value.string.flatMap(EventReading.init(rawValue:)) { return reading }
        fail(node, expected: "data, envelope or raw")
        return .data
    }

    /// One of `one`, `any` and `all`. Below `until` there is no other `until`.
    mutating func strategy(_ node: Node, mayEnd: Bool = true) -> EventStrategy? {
        requireKeys(node, mayEnd ? ["one", "any", "all", "until"] : ["one", "any", "all"])
        let kinds = EventStrategy.Kind.allCases.filter { node[$0.rawValue] != nil }
        guard let kind = kinds.first, kinds.count == 1, let member = node[kind.rawValue] else {
            fail(node, expected: "one of one, any, all")
            return nil
        }
        var filters: [EventFilter] = []
        if kind == .one {
            filters = filter(event: member).map { [$0] } ?? []
        } else if member.value.array == nil {
            fail(member, expected: "a list of filters")
        } else {
            if kind == .all, member.elements.isEmpty { fail(member, expected: "at least one filter") }
            filters = member.elements.compactMap { filter(event: $0) }
        }
        var until: EventStrategy.Until?
        if let node = node["until"] {
            if kind == .any { until = self.until(node) } else { fail(node, expected: "no until without any") }
        }
        return EventStrategy(pointer: node.pointer.description, kind: kind, filters: filters, until: until)
    }

    private mutating func until(_ node: Node) -> EventStrategy.Until? {
        if node.value.object != nil { return strategy(node, mayEnd: false).map(EventStrategy.Until.consumed) }
        let condition: Expression?
        if let value = node.value.bool {
            // YAML reads an unquoted false as one.
            condition = expression(Node(value: .string(value ? "true" : "false"), pointer: node.pointer))
        } else {
            condition = expression(node)
        }
        guard let condition else { return nil }
        let text = condition.source.filter { !$0.isWhitespace }
        return text == "false" ? .never : .condition(condition)
    }

    private mutating func filter(event node: Node) -> EventFilter? {
        requireKeys(node, ["with", "correlate"])
        guard node.value.object != nil,
            let attributes = required(node, "with", "the attributes that events must have")
        else { return nil }
        guard let object = attributes.value.object, !object.isEmpty else {
            fail(attributes, expected: "an object with at least one attribute")
            return nil
        }
        checkTexts(attributes)
        let matches = attributes.members.map { name, member in (name: name, match: match(member)) }
        var correlations: [EventFilter.Correlation] = []
        if let correlate = node["correlate"] {
            if correlate.value.object == nil { fail(correlate, expected: "an object of correlations by name") }
            correlations = correlate.members.compactMap { correlation($0, $1) }
        }
        return EventFilter(
            pointer: node.pointer.description, attributes: matches, correlations: correlations)
    }

    private mutating func correlation(_ name: String, _ node: Node) -> EventFilter.Correlation? {
        requireKeys(node, ["from", "expect"])
        guard node.value.object != nil,
            let from = required(node, "from", "an expression over the event").flatMap({ expression($0) })
        else { return nil }
        return EventFilter.Correlation(name: name, from: from, expect: node["expect"].map { template($0) })
    }

    private mutating func match(_ node: Node) -> EventMatch {
        switch node.value {
        case .string(let text):
            if Self.inner(text) != nil, case .expression(let expression) = template(node) {
                return .condition(expression)
            }
            return Self.pattern(text).map { EventMatch.pattern(text, $0) } ?? .equals(node.value)
        case .object: return .members(node.members.map { key, member in (key: key, match: match(member)) })
        default: return .equals(node.value)
        }
    }

    /// A text is a regular expression when it has one of its signs besides the dot, which every type has.
    private static func pattern(_ text: String) -> Pattern? {
        guard text.utf8.contains(where: { "^$*+?()[]{}|\\".utf8.contains($0) }) else { return nil }
        return try? Pattern("\\A(?:\(text))\\z")
    }

    mutating func iteration(_ node: Node) -> EventIteration {
        requireKeys(node, ["item", "at", "do", "output", "export"])
        let item = node["item"].flatMap { text($0, "a name") } ?? "item"
        let index = node["at"].flatMap { text($0, "a name") } ?? "index"
        scope += [item, index]
        defer { scope.removeLast(2) }
        return EventIteration(
            item: item, index: index, body: node["do"].map { tasks($0) },
            output: node["output"].map { stage($0, transform: "as", extra: ["output"]) } ?? .none,
            export: node["export"].map { stage($0, transform: "as", extra: ["output"]) } ?? .none)
    }
}
