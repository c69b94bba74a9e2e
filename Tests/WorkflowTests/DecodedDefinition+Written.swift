import Core

@testable import Workflow

/// Back from the tree to a document: lists of tasks are written from the tasks, everything else as its author wrote it.
extension DecodedDefinition {
    /// The document, equal to the one that was decoded in values, types and the order of members: durations, names of
    /// what is reusable and the braces of expressions stay as they were. What YAML has beside (comments, anchors, the
    /// way scalars are written) is not part of a document.
    var written: JSON {
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
    fileprivate func replacing(_ path: [String], by value: JSON) -> JSON { replacing(path[...], by: value) }
}
