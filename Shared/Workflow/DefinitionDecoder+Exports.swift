import Core

/// Parallel branches start with a copy of the context each, and what they change is merged at the join; two that change
/// the same key of it contradict each other.
extension DefinitionDecoder {
    private struct Export {
        var branch: Int
        var key: String
        var pointer: JSONPointer
        var isConditional: Bool
    }

    mutating func exports(of fork: Node) {
        var first: [String: Export] = [:]
        for (branch, entry) in TaskOutline.entries(fork["branches"]).enumerated() {
            for export in Self.exports(entry.node, branch, isConditional: false) {
                guard let other = first[export.key] else {
                    first[export.key] = export
                    continue
                }
                guard other.branch != branch else { continue }
                tell(export, other)
            }
        }
    }

    private mutating func tell(_ export: Export, _ other: Export) {
        let hint = "export after the join from the fork's output, or under a key of its own in each branch"
        let found = "the context's key \"\(export.key)\", which \(other.pointer) exports too"
        let expected = "keys that no other branch exports"
        if export.isConditional || other.isConditional {
            warn(export.pointer, found: found, expected: expected, hint: hint)
        } else {
            fail(export.pointer, found: found, expected: expected, hint: hint)
        }
    }

    private static func exports(_ task: Node, _ branch: Int, isConditional: Bool) -> [Export] {
        var found: [Export] = []
        let isConditional = isConditional || task["if"] != nil
        if let export = task["export"]?["as"] {
            for key in ExportedKeys.of(export.value) {
                found.append(Export(branch: branch, key: key, pointer: export.pointer, isConditional: isConditional))
            }
        }
        for (list, mayNotRun) in TaskOutline.lists(of: task) {
            for (position, entry) in TaskOutline.entries(list).enumerated() {
                // What stands first in its list runs; whether a later one does depends on those before it.
                let depends = mayNotRun || (position > 0 && list.pointer.tokens.last != "branches")
                found += exports(entry.node, branch, isConditional: isConditional || depends)
            }
        }
        return found
    }
}
