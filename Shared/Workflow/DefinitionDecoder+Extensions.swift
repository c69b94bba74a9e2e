import Core
import Expressions

extension DefinitionDecoder {
    private static let extendable = [
        "call", "composite", "emit", "for", "listen", "raise", "run", "set", "switch", "try", "wait", "all",
    ]

    /// `use.extensions`: a list of one-key maps.
    mutating func decodeExtensions(_ node: Node) {
        guard node.value.array != nil else { return fail(node, expected: "a list of extensions") }
        isExtending = true
        defer { isExtending = false }
        for item in node.elements {
            guard let (name, member) = item.members.first, item.members.count == 1 else {
                fail(item, expected: "an object with one key, the extension's name")
                continue
            }
            requireKeys(member, ["extend", "when", "before", "after"])
            guard member.value.object != nil,
                let target = required(member, "extend", "one of \(Self.extendable.joined(separator: ", "))")
            else { continue }
            if !Self.extendable.contains(target.value.string ?? "") {
                fail(target, expected: "one of \(Self.extendable.joined(separator: ", "))")
            }
            if member["before"] == nil, member["after"] == nil {
                fail(member.pointer, found: "neither before nor after", expected: "at least one of them")
            }
            extensions.append(
                TaskExtension(
                    name: name, target: target.value.string ?? "", when: member["when"].flatMap { expression($0) },
                    before: member["before"].map { tasks($0) }, after: member["after"].map { tasks($0) }))
        }
    }

    /// Which extensions are about tasks of `kind`.
    func extensions(of kind: String) -> [Int] {
        if isExtending { return [] }
        return extensions.indices.filter { position in
            switch extensions[position].target {
            case "all": true
            case "composite": kind == "do" || kind == "fork"
            case let target: target == kind
            }
        }
    }
}
