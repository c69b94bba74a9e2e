import Core

/// What no single part of a document shows.
extension DefinitionDecoder {
    mutating func lint(_ root: Node) {
        let lists = TaskOutline.allLists(root)
        for list in lists {
            let entries = TaskOutline.entries(list)
            if list.pointer.tokens.last != "branches" { reachability(list, entries) }
            for entry in entries { lint(entry) }
        }
        if let schedule = root["schedule"] { lint(schedule: schedule) }
        unused(root)
    }

    private mutating func lint(_ entry: TaskOutline.Entry) {
        let node = entry.node
        if let fork = node["fork"], fork["compete"]?.value != true { exports(of: fork) }
        for item in node["for"]?["in"]?.elements ?? [] where item.value.object == nil {
            fail(item, expected: "an object", hint: "for other values write an expression: '${ [ 1, 2 ] }'")
        }
        if let policy = node["catch"]?["retry"] { lint(retry: policy) }
        if let to = node["listen"]?["to"], let any = to["any"], to["until"] == nil {
            warn(
                any.pointer, found: "any without until", expected: "until, or one",
                hint: "as it stands the first event ends the task; for all that come, until: '${ false }'")
        }
    }

    private mutating func lint(retry policy: Node) {
        let name = policy.value.string
        guard let node = name.map({ use?["retries"]?[$0] }) ?? policy, node.value.object != nil,
            node["limit"]?["attempt"]?["count"] == nil, node["limit"]?["duration"] == nil
        else { return }
        warn(
            node.pointer, found: "a retry without an end", expected: "limit.attempt.count or limit.duration",
            hint: "as it stands a lasting error is tried again for ever")
    }

    /// The surprise of what events are read as.
    private mutating func lint(schedule node: Node) {
        guard node["on"] != nil, node["read"] == nil else { return }
        warn(
            node.pointer, found: "no read", expected: "data, envelope or raw",
            hint: "without it the input is an array of the events' data, not of their envelopes")
    }

    /// Tasks that no path leads to.
    private mutating func reachability(_ list: Node, _ entries: [TaskOutline.Entry]) {
        var reached: Set<Int> = []
        var open = entries.isEmpty ? [] : [0]
        while let at = open.popLast() {
            guard reached.insert(at).inserted else { continue }
            for next in Self.successors(of: entries[at]) {
                switch next {
                case "continue": if at + 1 < entries.count { open.append(at + 1) }
                case "exit", "end": break
                default: if let to = entries.firstIndex(where: { $0.name == next }) { open.append(to) }
                }
            }
        }
        for (at, entry) in entries.enumerated() where !reached.contains(at) {
            warn(
                entry.node.pointer, found: "a task that nothing leads to", expected: "a then that names it",
                hint: "the tasks before it all go elsewhere; remove it, or name it in one of their then")
        }
    }

    /// Where the list may go on after a task.
    static func successors(of entry: TaskOutline.Entry) -> [String] {
        let node = entry.node
        let own = node["then"]?.value.string ?? "continue"
        var next: [String] = node["if"] == nil ? [] : ["continue"]
        switch entry.kind {
        case "raise": break
        case "switch":
            let cases = (node["switch"]?.elements ?? []).flatMap { $0.members.map(\.node) }
            next += cases.compactMap { $0["then"]?.value.string }
            if cases.allSatisfy({ $0["when"] != nil }) { next.append(own) }
        case "try":
            next.append(own)
            if let caught = node["catch"]?["then"]?.value.string { next.append(caught) }
        default: next.append(own)
        }
        return next
    }

    /// What stands below `use` and is not used.
    private mutating func unused(_ root: Node) {
        guard let use else { return }
        for task in TaskOutline.allTasks(root) {
            if let name = task["call"]?.value.string {
                used.insert("functions/\(name)")
                if let at = name.lastIndex(of: "@") { used.insert("catalogs/\(name[name.index(after: at)...])") }
            }
        }
        for section in ["authentications", "errors", "functions", "retries", "timeouts", "catalogs"] {
            for (name, node) in use[section]?.members ?? [] where !used.contains("\(section)/\(name)") {
                warn(node.pointer, found: "\"\(name)\", which nothing uses", expected: "something that uses it")
            }
        }
        for element in use["secrets"]?.elements ?? [] {
            guard let name = element.value.string, !used.contains("secrets/\(name)") else { continue }
            warn(element.pointer, found: "\"\(name)\", which nothing uses", expected: "something that uses it")
        }
    }
}
