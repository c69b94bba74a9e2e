import Core

/// A definition as boxes and arrows; what is drawn of it, before how.
struct Graph {
    /// A task, with the lists in it.
    struct Step {
        var id: String
        var name: String
        var kind: String
        /// What it does, in a few words.
        var detail: String
        /// Under which condition it runs.
        var condition: String?
        var lists: [List]
    }

    /// Tasks one after the other, or side by side.
    struct List {
        var title: String
        var isParallel = false
        /// Whether it stands beside the way that is taken when all goes well.
        var isAside = false
        var tasks: [Step]
        var edges: [Edge] = []
    }

    /// Where a list goes on.
    enum Target: Hashable {
        case task(Int)
        /// The end of the list.
        case exit
        /// The end of the whole workflow.
        case end
    }

    /// An arrow between tasks of a list.
    struct Edge {
        var from: Int
        var to: Target
        var label: String
    }

    var title: String
    var start: String
    var body: List
    /// Functions and extensions.
    var parts: [List]
}

extension Graph {
    typealias Node = DefinitionDecoder.Node

    init(_ definition: CompiledDefinition) {
        let root = Node(value: definition.document, pointer: JSONPointer())
        var count = 0
        title = definition.reference.description
        start = Self.trigger(root["schedule"])
        body = Self.list(root["do"], "", &count)
        parts = []
        for (name, function) in root["use"]?["functions"]?.members ?? [] {
            let task = Self.task(TaskOutline.Entry(name: name, node: function), &count)
            parts.append(List(title: "function \(name)", tasks: [task]))
        }
        for item in root["use"]?["extensions"]?.elements ?? [] {
            for (name, body) in item.members {
                for side in ["before", "after"] where body[side] != nil {
                    let what = body["extend"]?.value.string ?? ""
                    parts.append(Self.list(body[side], "\(name): \(side) \(what)", &count))
                }
            }
        }
    }

    private static func trigger(_ schedule: Node?) -> String {
        guard let schedule else { return "start" }
        if let cron = schedule["cron"]?.value.string { return "cron \(cron)" }
        if let every = schedule["every"] { return "every \(brief(every.value))" }
        if let after = schedule["after"] { return "\(brief(after.value)) after the last" }
        return schedule["on"].map { "on \(events($0))" } ?? "start"
    }

    private static func list(_ node: Node?, _ title: String, _ count: inout Int, isParallel: Bool = false) -> List {
        let entries = TaskOutline.entries(node)
        let tasks = entries.map { task($0, &count) }
        var list = List(title: title, isParallel: isParallel, tasks: tasks)
        if !isParallel { list.edges = entries.indices.flatMap { edges($0, entries) } }
        return list
    }

    private static func task(_ entry: TaskOutline.Entry, _ count: inout Int) -> Step {
        let node = entry.node
        let kind = entry.kind ?? "?"
        let id = "t\(count)"
        count += 1
        var lists: [List] = []
        switch kind {
        case "do": lists = [list(node["do"], "", &count)]
        case "for": lists = [list(node["do"], "", &count)]
        case "fork": lists = [list(node["fork"]?["branches"], "", &count, isParallel: true)]
        case "call":
            if let body = node["with"]?["subscription"]?["foreach"]?["do"], node["call"]?.value == "asyncapi" {
                lists = [list(body, "for each message", &count)]
            }
        case "listen":
            if let body = node["foreach"]?["do"] { lists = [list(body, "for each event", &count)] }
        case "try":
            lists = [list(node["try"], "", &count)]
            var caught = list(node["catch"]?["do"], caught(node["catch"]), &count)
            caught.isAside = true
            lists.append(caught)
        default: break
        }
        return Step(
            id: id, name: entry.name, kind: kind, detail: detail(kind, node),
            condition: node["if"]?.value.string.map { brief(.string($0)) }, lists: lists)
    }

    /// The arrows that leave a task.
    private static func edges(_ at: Int, _ entries: [TaskOutline.Entry]) -> [Edge] {
        let node = entries[at].node
        let own = node["then"]?.value.string ?? "continue"
        var ways: [(String, String)] = []
        if node["if"] != nil, own != "continue" || ["switch", "raise"].contains(entries[at].kind) {
            ways.append(("continue", "otherwise"))
        }
        switch entries[at].kind {
        case "raise": break
        case "switch":
            let cases = (node["switch"]?.elements ?? []).flatMap(\.members)
            for (name, body) in cases { ways.append((body["then"]?.value.string ?? "continue", name)) }
            if cases.allSatisfy({ $0.node["when"] != nil }) { ways.append((own, "otherwise")) }
        case "try":
            ways.append((own, ""))
            if let then = node["catch"]?["then"]?.value.string, then != own { ways.append((then, "caught")) }
        default: ways.append((own, ""))
        }
        var merged: [(to: Target, labels: [String])] = []
        for (name, label) in ways {
            let to = target(name, at, entries)
            if let known = merged.firstIndex(where: { $0.to == to }) {
                merged[known].labels.append(label)
            } else {
                merged.append((to, [label]))
            }
        }
        return merged.map { Edge(from: at, to: $0.to, label: $0.labels.filter { !$0.isEmpty }.joined(separator: ", ")) }
    }

    private static func target(_ name: String, _ at: Int, _ entries: [TaskOutline.Entry]) -> Target {
        switch name {
        case "continue": at + 1 < entries.count ? .task(at + 1) : .exit
        case "exit": .exit
        case "end": .end
        default: entries.firstIndex { $0.name == name }.map(Target.task) ?? .exit
        }
    }
}
