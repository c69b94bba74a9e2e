import Core
import Expressions

extension DefinitionDecoder {
    mutating func loop(_ node: Node, _ body: Node) -> TaskAction? {
        requireKeys(body, ["each", "in", "at"])
        let (each, at) = (variable(body, "each", "item"), variable(body, "at", "index"))
        let items = required(body, "in", "an expression or an array").flatMap { collection($0) }
        scope += [each, at]
        defer { scope.removeLast(2) }
        let condition = node["while"].flatMap { expression($0) }
        guard let list = required(node, "do", "a list of tasks").map({ tasks($0) }), let items else { return nil }
        return .for(LoopClause(each: each, at: at, items: items, condition: condition, body: list))
    }

    /// What a loop goes over: an expression, braces or not, or an array.
    private mutating func collection(_ node: Node) -> Template? {
        if node.value.array != nil { return template(node) }
        guard node.value.string != nil else {
            fail(node, expected: "an expression or an array")
            return nil
        }
        return expression(node).map(Template.expression)
    }

    private mutating func variable(_ node: Node, _ key: String, _ usual: String) -> String {
        guard let member = node[key] else { return usual }
        let expected = "a name of letters, digits and underscores"
        guard let name = text(member, expected) else { return usual }
        let isName =
            name.utf8.first.map { !(48...57).contains($0) } == true
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
        if !isName { fail(member, expected: expected) }
        return isName ? name : usual
    }

    mutating func fork(_ body: Node) -> TaskAction? {
        requireKeys(body, ["branches", "compete"])
        if let compete = body["compete"], compete.value.bool == nil { fail(compete, expected: "true or false") }
        guard let branches = required(body, "branches", "a list of tasks") else { return nil }
        let list = tasks(branches)
        for task in list.tasks {
            guard case .task = task.then else { continue }
            fail(
                branches.pointer.appending(task.position).appending(task.name).appending("then"),
                found: "the name of a task", expected: "continue, exit or end: branches run side by side")
        }
        return .fork(list, competes: body["compete"]?.value.bool ?? false)
    }

    /// The `with` of `map`: its tasks are not evaluated with the rest, but decoded.
    mutating func map(_ node: Node, _ body: Node) -> TaskAction? {
        guard let with = required(node, "with", "an object with in and do") else { return nil }
        requireKeys(with, ["in", "each", "at", "concurrency", "onError", "do", "call", "with"])
        let (each, at) = (variable(with, "each", "item"), variable(with, "at", "index"))
        let items = required(with, "in", "an expression or an array").flatMap { collection($0) }
        var concurrency = Template.constant(10)
        if let member = with["concurrency"] {
            concurrency = template(member)
            if concurrency.isConstant { _ = integer(member, 1...10_000) }
        }
        if let member = with["onError"], !["fail", "collect"].contains(member.value) {
            fail(member, expected: "fail or collect")
        }
        scope += [each, at]
        defer { scope.removeLast(2) }
        guard let list = mapped(with), let items else { return nil }
        return .map(
            MapClause(
                items: items, each: each, at: at, concurrency: concurrency,
                collectsErrors: with["onError"]?.value == "collect", body: list))
    }

    /// What `map` runs for an item: a list, or one call.
    private mutating func mapped(_ with: Node) -> TaskList? {
        switch (with["do"], with["call"]) {
        case (let list?, nil):
            if let arguments = with["with"] { fail(arguments.pointer, found: "with", expected: "call beside it") }
            return tasks(list)
        case (nil, _?):
            let call = (with.value.object ?? [:]).filter { $0.key == "call" || $0.key == "with" }
            let node = Node(value: .object(JSONObject(call.map { ($0.key, $0.value) })), pointer: with.pointer)
            return task("call", node, 0, ["call"]).map { TaskList([$0]) }
        default:
            fail(with, expected: "either do or call")
            return nil
        }
    }
}
