public import Core

/// Back from the tree to a document: lists of tasks are written from the tasks, everything else as its author wrote it.
extension DecodedDefinition {
    /// The document, equal to the one that was decoded in values, types and the order of members: durations, names of
    /// what is reusable and the braces of expressions stay as they were. What YAML has beside (comments, anchors, the
    /// way scalars are written) is not part of a document.
    public var written: JSON {
        var root = document.object ?? [:]
        root["do"] = Self.list(body)
        guard var use = root["use"]?.object else { return .object(root) }
        if let functions = use["functions"]?.object {
            use["functions"] = .object(
                JSONObject(
                    functions.map { name, node in
                        (name, task(at: JSONPointer(["use", "functions", name]).description).map(Self.task) ?? node)
                    }))
        }
        if let written = use["extensions"]?.array, written.count == extensions.count {
            use["extensions"] = .array(zip(written, extensions).map(Self.extended))
        }
        root["use"] = .object(use)
        return .object(root)
    }

    private static func list(_ list: TaskList) -> JSON {
        .array(list.tasks.map { task in .object(JSONObject([(task.name, Self.task(task))])) })
    }

    private static func task(_ task: WorkflowTask) -> JSON {
        let node = task.definition
        switch task.action {
        case .do(let tasks): return node.replacing(["do"], by: list(tasks))
        case .for(let loop): return node.replacing(["do"], by: list(loop.body))
        case .fork(let branches, _): return node.replacing(["fork", "branches"], by: list(branches))
        case .listen(let clause):
            return clause.iteration?.body.map { node.replacing(["foreach", "do"], by: list($0)) } ?? node
        case .consume(_, let iteration):
            return iteration.body.map { node.replacing(["with", "subscription", "foreach", "do"], by: list($0)) }
                ?? node
        case .map(let clause) where node["with"]?["do"] != nil:
            return node.replacing(["with", "do"], by: list(clause.body))
        case .try(let tasks, let clause):
            let tried = node.replacing(["try"], by: list(tasks))
            return clause.handler.map { tried.replacing(["catch", "do"], by: list($0)) } ?? tried
        default: return node
        }
    }

    private static func extended(_ node: JSON, _ clause: TaskExtension) -> JSON {
        var written = node
        if let before = clause.before { written = written.replacing([clause.name, "before"], by: list(before)) }
        if let after = clause.after { written = written.replacing([clause.name, "after"], by: list(after)) }
        return written
    }
}

extension JSON {
    /// The value with what stands at the end of `path` replaced; members that are not there are made.
    func replacing(_ path: ArraySlice<String>, by value: JSON) -> JSON {
        guard let key = path.first else { return value }
        if var elements = array, let at = Int(key), elements.indices.contains(at) {
            elements[at] = elements[at].replacing(path.dropFirst(), by: value)
            return .array(elements)
        }
        var members = object ?? [:]
        members[key] = (members[key] ?? [:]).replacing(path.dropFirst(), by: value)
        return .object(members)
    }

    fileprivate func replacing(_ path: [String], by value: JSON) -> JSON { replacing(path[...], by: value) }
}
