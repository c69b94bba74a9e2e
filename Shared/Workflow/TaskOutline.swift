import Core

/// The tasks of a document as they stand in it, whether they are right or not.
struct TaskOutline {
    typealias Node = DefinitionDecoder.Node

    /// A task in its list.
    struct Entry {
        var name: String
        var node: Node

        /// What kind of task it is; nil when it is none.
        var kind: String? { DefinitionDecoder.kinds.first { node[$0] != nil } }
    }

    /// The tasks of a list; what is no task is left out.
    static func entries(_ list: Node?) -> [Entry] {
        (list?.elements ?? []).compactMap { item in
            guard let (name, node) = item.members.first, item.members.count == 1 else { return nil }
            return Entry(name: name, node: node)
        }
    }

    /// The lists right below a task. Those that may not run at all are marked.
    static func lists(of task: Node) -> [(list: Node, isConditional: Bool)] {
        var lists: [(Node, Bool)] = []
        if let list = task["do"] { lists.append((list, task["for"] != nil)) }
        if let list = task["try"] { lists.append((list, false)) }
        if let list = task["catch"]?["do"] { lists.append((list, true)) }
        if let list = task["fork"]?["branches"] { lists.append((list, false)) }
        if let list = task["foreach"]?["do"] { lists.append((list, true)) }
        if let list = task["with"]?["subscription"]?["foreach"]?["do"], task["call"]?.value == "asyncapi" {
            lists.append((list, true))
        }
        if let list = mapped(task)?["do"] { lists.append((list, true)) }
        return lists
    }

    /// The arguments of a call of `map`, in which tasks stand.
    private static func mapped(_ task: Node) -> Node? {
        guard let name = task["call"]?.value.string, name.hasPrefix("map:") else { return nil }
        return task["with"]
    }

    /// All tasks of a document: functions, those of all lists, and the calls that `map` makes.
    static func allTasks(_ root: Node) -> [Node] {
        let functions = root["use"]?["functions"]?.members.map(\.node) ?? []
        let tasks = functions + allLists(root).flatMap { entries($0).map(\.node) }
        return tasks + tasks.compactMap { mapped($0) }.filter { $0["call"] != nil }
    }

    /// All lists of a document: its own, those of its functions and extensions, and those in them.
    static func allLists(_ root: Node) -> [Node] {
        var found: [Node] = []
        var open: [Node] = [root["do"]].compactMap { $0 }
        for (_, function) in root["use"]?["functions"]?.members ?? [] { open += lists(of: function).map(\.list) }
        for extend in root["use"]?["extensions"]?.elements ?? [] {
            for (_, body) in extend.members { open += ["before", "after"].compactMap { body[$0] } }
        }
        while let list = open.popLast() {
            found.append(list)
            for entry in entries(list) { open += lists(of: entry.node).map(\.list) }
        }
        return found
    }
}
