import Core
import Expressions

extension DefinitionDecoder {
    static let kinds = ["for", "fork", "listen", "run", "call", "emit", "raise", "set", "switch", "try", "wait", "do"]
    static let common = ["if", "input", "output", "export", "timeout", "then", "metadata"]
    static let ownKeys: [String: [String]] = [
        "call": ["call", "with"], "do": ["do"], "emit": ["emit"], "for": ["for", "while", "do"], "fork": ["fork"],
        "listen": ["listen", "foreach"], "raise": ["raise"], "run": ["run"], "set": ["set"], "switch": ["switch"],
        "try": ["try", "catch"], "wait": ["wait"],
    ]

    /// A list of one-key maps.
    mutating func tasks(_ node: Node) -> TaskList {
        guard node.value.array != nil else {
            fail(node, expected: "a list of tasks")
            return TaskList([])
        }
        if node.elements.isEmpty { fail(node, expected: "at least one task") }
        var names: [String] = []
        for item in node.elements {
            let name = item.value.object?.count == 1 ? item.value.object?.keys.first : nil
            if let name, names.contains(name) {
                fail(
                    item.pointer.appending(name), found: "the name \"\(name)\" again",
                    expected: "a name unique in its list")
            }
            names.append(name ?? "")
        }
        var tasks: [WorkflowTask] = []
        for (position, item) in node.elements.enumerated() {
            guard let (name, member) = item.members.first, item.members.count == 1 else {
                fail(item, expected: "an object with one key, the task's name")
                continue
            }
            if let task = task(name, member, position, names) { tasks.append(task) }
        }
        return TaskList(tasks)
    }

    mutating func task(_ name: String, _ node: Node, _ position: Int, _ names: [String]) -> WorkflowTask? {
        guard let object = node.value.object else {
            fail(node, expected: "a task")
            return nil
        }
        guard let kind = Self.kinds.first(where: { object[$0] != nil }), let own = Self.ownKeys[kind] else {
            fail(
                node.pointer,
                found: object.isEmpty ? "an empty task" : "the keys \(object.keys.joined(separator: ", "))",
                expected: "one of \(Self.kinds.sorted().joined(separator: ", "))",
                hint: object.keys.lazy.compactMap { Advice.spelling(of: $0, among: Self.kinds) }.first)
            return nil
        }
        requireKeys(node, own + Self.common)
        if let metadata = node["metadata"], metadata.value.object == nil { fail(metadata, expected: "an object") }
        let then = node["then"].map { directive($0, names) } ?? .next
        let program = secretInput(of: kind, node)
        let around = secretInput
        secretInput = program
        let decoded = action(kind, node, names)
        secretInput = around
        guard let action = decoded else { return nil }
        let task = WorkflowTask(
            name: name, pointer: node.pointer.description, position: position, definition: node.value,
            condition: node["if"].flatMap { expression($0) },
            input: node["input"].map { input($0, isHandedOn: program != nil) } ?? .none,
            output: node["output"].map { stage($0, transform: "as", extra: ["output"]) } ?? .none,
            export: node["export"].map { stage($0, transform: "as", extra: ["output"]) } ?? .none,
            timeout: node["timeout"].flatMap { timeout($0) }, then: then, action: action,
            extensions: extensions(of: kind))
        index[task.pointer] = task
        return task
    }

    private mutating func input(_ node: Node, isHandedOn: Bool) -> DataStage {
        guard isHandedOn else { return stage(node, transform: "from") }
        requireKeys(node, ["schema", "from"])
        var members = node.value.object ?? [:]
        members["from"] = nil
        return stage(Node(value: .object(members), pointer: node.pointer), transform: "from")
    }

    /// `continue`, `exit`, `end` or a name in the same list.
    mutating func directive(_ node: Node, _ names: [String]) -> FlowDirective {
        switch node.value {
        case "continue": return .next
        case "exit": return .exit
        case "end": return .end
        default:
            if let name = node.value.string, let position = names.firstIndex(of: name) { return .task(position) }
            let name = node.value.string ?? ""
            let hint =
                places[name].map { "\($0) is in another list; a then does not lead out of its own, but exit leaves it" }
                ?? Advice.spelling(of: name, among: names + ["continue", "exit", "end"])
            fail(node, expected: "continue, exit, end or the name of a task in the same list", hint: hint)
            return .next
        }
    }

    private mutating func action(_ kind: String, _ node: Node, _ names: [String]) -> TaskAction? {
        guard let body = node[kind] else { return nil }
        switch kind {
        case "call": return call(node, body)
        case "do": return .do(tasks(body))
        case "emit": return emit(body)
        case "for": return loop(node, body)
        case "fork": return fork(body)
        case "listen": return listen(node, body)
        case "raise": return raise(body)
        case "run": return run(body)
        case "set": return set(body)
        case "switch": return .switch(cases(body, names))
        case "try": return attempt(node, body, names)
        case "wait": return duration(body).map(TaskAction.wait)
        default: preconditionFailure("kinds names no other")
        }
    }
}
