import Core
import Expressions

extension DefinitionDecoder {
    mutating func cases(_ body: Node, _ names: [String]) -> [SwitchCase] {
        guard body.value.array != nil else {
            fail(body, expected: "a list of cases")
            return []
        }
        if body.elements.isEmpty { fail(body, expected: "at least one case") }
        var cases: [SwitchCase] = []
        for item in body.elements {
            guard let (name, node) = item.members.first, item.members.count == 1 else {
                fail(item, expected: "an object with one key, the case's name")
                continue
            }
            requireKeys(node, ["when", "then"])
            if cases.contains(where: { $0.name == name }) {
                fail(node.pointer, found: "the name \"\(name)\" again", expected: "a name unique in its switch")
            }
            if node["when"] == nil, cases.contains(where: { $0.when == nil }) {
                fail(node.pointer, found: "a second case without when", expected: "one default at most")
            }
            let then = required(node, "then", "where to go on").map { directive($0, names) } ?? .next
            let condition = node["when"].flatMap { expression($0) }
            // What does not compile must not look like a second default.
            if node["when"] != nil, condition == nil { continue }
            cases.append(SwitchCase(name: name, when: condition, then: then))
        }
        return cases
    }

    mutating func attempt(_ node: Node, _ body: Node, _ names: [String]) -> TaskAction? {
        let list = tasks(body)
        guard let clause = required(node, "catch", "an object that says which errors are caught") else { return nil }
        requireKeys(clause, ["errors", "as", "when", "exceptWhen", "retry", "do", "then"])
        guard clause.value.object != nil else { return nil }
        let variable = clause["as"].flatMap { text($0, "a name") } ?? "error"
        let filter = clause["errors"].map { self.filter($0) } ?? JSONObject()
        scope.append(variable)
        defer { scope.removeLast() }
        var retry: RetryClause?
        if let policy = clause["retry"], let node = reusable(policy, "retries") { retry = self.retry(node) }
        return .try(
            list,
            CatchClause(
                filter: filter, variable: variable, when: clause["when"].flatMap { expression($0, extra: ["error"]) },
                exceptWhen: clause["exceptWhen"].flatMap { expression($0, extra: ["error"]) }, retry: retry,
                handler: clause["do"].map { tasks($0) }, then: clause["then"].map { directive($0, names) }))
    }

    private mutating func filter(_ node: Node) -> JSONObject {
        requireKeys(node, ["with"])
        guard let fields = node["with"] else { return JSONObject() }
        requireKeys(fields, ["type", "status", "instance", "title", "detail"])
        for (key, field) in fields.members {
            if key == "status" {
                _ = integer(field, 100...599)
            } else {
                _ = text(field, "a text")
            }
        }
        return fields.value.object ?? JSONObject()
    }

    mutating func retry(_ node: Node) -> RetryClause? {
        requireKeys(node, ["when", "exceptWhen", "delay", "backoff", "limit", "jitter"])
        guard node.value.object != nil else { return nil }
        let limit = node["limit"]
        limit.map { requireKeys($0, ["attempt", "duration"]) }
        limit?["attempt"].map { requireKeys($0, ["count", "duration"]) }
        let (backoff, maximum) = backoff(node["backoff"])
        return RetryClause(
            when: node["when"].flatMap { expression($0, extra: ["error"]) },
            exceptWhen: node["exceptWhen"].flatMap { expression($0, extra: ["error"]) },
            delay: node["delay"].flatMap { fixedDuration($0) } ?? .zero, backoff: backoff,
            maximumDelay: maximum ?? .seconds(3600),
            count: limit?["attempt"]?["count"].flatMap { integer($0, 0...1_000_000) },
            attemptDuration: limit?["attempt"]?["duration"].flatMap { fixedDuration($0) },
            totalDuration: limit?["duration"].flatMap { fixedDuration($0) },
            jitter: node["jitter"].flatMap { jitter($0) })
    }

    private mutating func backoff(_ node: Node?) -> (RetryClause.Backoff, Duration?) {
        guard let node else { return (.constant, nil) }
        requireKeys(node, ["constant", "linear", "exponential"])
        guard let (kind, parameters) = node.members.first, node.members.count == 1 else {
            fail(node, expected: "one of constant, linear, exponential")
            return (.constant, nil)
        }
        requireKeys(parameters, kind == "exponential" ? ["factor", "maxDelay"] : ["maxDelay"])
        let maximum = parameters["maxDelay"].flatMap { fixedDuration($0) }
        switch kind {
        case "linear": return (.linear, maximum)
        case "exponential":
            var factor = 2.0
            if let member = parameters["factor"] {
                if let value = member.value.double, value >= 1, value <= 1000 {
                    factor = value
                } else {
                    fail(member, expected: "a number from 1 to 1000")
                }
            }
            return (.exponential(factor: factor), maximum)
        default: return (.constant, maximum)
        }
    }

    private mutating func jitter(_ node: Node) -> ClosedRange<Duration>? {
        requireKeys(node, ["from", "to"])
        guard let from = required(node, "from", "a duration").flatMap({ fixedDuration($0) }),
            let to = required(node, "to", "a duration").flatMap({ fixedDuration($0) })
        else { return nil }
        guard from <= to else {
            fail(node, expected: "from not longer than to")
            return nil
        }
        return from...to
    }
}
