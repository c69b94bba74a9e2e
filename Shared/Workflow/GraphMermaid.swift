/// The definition as a Mermaid flow chart; equal definitions give equal texts.
public func mermaid(_ definition: CompiledDefinition) -> String {
    var writer = GraphMermaid()
    return writer.text(Graph(definition))
}

/// Writes Mermaid.
struct GraphMermaid {
    private var lines: [String] = []

    mutating func text(_ graph: Graph) -> String {
        lines = ["flowchart TB"]
        add(1, "start([\"\(Self.escaped(graph.start))\"])")
        list(graph.body, "body", 1, exit: "stop")
        if let first = graph.body.tasks.first { add(1, "start --> \(first.id)") }
        add(1, "stop(((\"end\")))")
        for (position, part) in graph.parts.enumerated() {
            add(1, "subgraph part\(position)[\"\(Self.escaped(part.title))\"]")
            add(2, "direction TB")
            list(part, "part\(position)", 2, exit: "part\(position)_exit")
            add(1, "end")
        }
        styles()
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ indent: Int, _ line: String) {
        lines.append(String(repeating: "  ", count: indent) + line)
    }

    private mutating func list(_ list: Graph.List, _ name: String, _ indent: Int, exit: String) {
        for task in list.tasks { self.task(task, indent) }
        // The end of an inner list is drawn only where something else than its last task leads to it.
        let leaves = list.edges.filter { $0.to == .exit }
        let isDrawn = exit == "stop" || leaves.contains { $0.from != list.tasks.count - 1 || !$0.label.isEmpty }
        if isDrawn, exit != "stop" { add(indent, "\(exit)((\" \"))") }
        for edge in list.edges {
            let label = edge.label.isEmpty ? "" : "|\"\(Self.escaped(edge.label))\"|"
            let from = list.tasks[edge.from].id
            switch edge.to {
            case .task(let to): add(indent, "\(from) \(to > edge.from ? "-->" : "-.->")\(label) \(list.tasks[to].id)")
            case .exit: if isDrawn { add(indent, "\(from) -->\(label) \(exit)") }
            case .end: add(indent, "\(from) -->\(label) stop")
            }
        }
    }

    private mutating func task(_ task: Graph.Step, _ indent: Int) {
        let condition = task.condition.map { "if \($0)" }
        let text = [task.name, "\(task.kind) \(task.detail)", condition ?? ""]
            .map { Self.escaped(Self.trimmed($0)) }.filter { !$0.isEmpty }.joined(separator: "<br>")
        guard !task.lists.isEmpty else {
            let (left, right) = Self.shape(task.kind)
            return add(indent, "\(task.id)\(left)\"\(text)\"\(right):::\(task.kind)")
        }
        add(indent, "subgraph \(task.id)[\"\(text)\"]")
        add(indent + 1, "direction TB")
        for (position, list) in task.lists.enumerated() {
            let name = "\(task.id)_\(position)"
            let isFramed = !list.title.isEmpty
            if isFramed {
                add(indent + 1, "subgraph \(name)[\"\(Self.escaped(list.title))\"]")
                add(indent + 2, "direction TB")
                if list.tasks.isEmpty { add(indent + 2, "\(name)_none(( ))") }
            }
            self.list(list, name, indent + (isFramed ? 2 : 1), exit: "\(name)_exit")
            if isFramed { add(indent + 1, "end") }
        }
        add(indent, "end")
    }

    private static func shape(_ kind: String) -> (String, String) {
        switch kind {
        case "switch": ("{", "}")
        case "wait": ("([", "])")
        case "emit": (">", "]")
        case "listen": ("[/", "/]")
        case "raise": ("{{", "}}")
        case "run": ("[[", "]]")
        case "call": ("(", ")")
        default: ("[", "]")
        }
    }

    private mutating func styles() {
        for (kind, colours) in GraphColours.all {
            add(1, "classDef \(kind) fill:\(colours.fill),stroke:\(colours.line),color:#1b1f24")
        }
    }

    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "\"": out += "#quot;"
            case "#": out += "#35;"
            case "&": out += "#amp;"
            case "<": out += "#lt;"
            case ">": out += "#gt;"
            case "`": out += "#96;"
            case ";": out += "#59;"
            case "\n", "\r", "\t": out += " "
            default: out.append(character)
            }
        }
        return out
    }
}

/// Colours by kind, light enough for dark text.
enum GraphColours {
    static let all: KeyValuePairs<String, (fill: String, line: String)> = [
        "call": ("#dbeafe", "#2563eb"), "do": ("#f8fafc", "#64748b"), "emit": ("#dcfce7", "#16a34a"),
        "for": ("#faf5ff", "#9333ea"), "fork": ("#fff7ed", "#ea580c"), "listen": ("#ecfdf5", "#059669"),
        "raise": ("#fee2e2", "#dc2626"), "run": ("#e0f2fe", "#0284c7"), "set": ("#f1f5f9", "#475569"),
        "switch": ("#fef9c3", "#ca8a04"), "try": ("#fffbeb", "#b45309"), "wait": ("#f3e8ff", "#7c3aed"),
    ]

    static func of(_ kind: String) -> (fill: String, line: String) {
        all.first { $0.key == kind }?.value ?? ("#ffffff", "#64748b")
    }
}
