public import Core

/// What keeps an edited message about the thing that it was about. Services trust each other's messages, so an edit
/// must not make one speak of another tenant's execution.
public enum LetterIdentity {
    private static let names: Set = ["executionId", "taskId", "approvalId"]

    /// The first id in an edited body that neither belongs to the message's key, which an edit cannot change, nor stood
    /// in the body that died; nil when there is none. What stands in payloads is data and names nothing.
    public static func foreign(in body: JSON, original: JSON?, key: String) -> JSONPointer? {
        let known = Set(original.map { ids(in: $0, JSONPointer()).map(\.id) } ?? [])
        return ids(in: body, JSONPointer()).first { !belongs($0.id, to: key) && !known.contains($0.id) }?.pointer
    }

    /// An execution, or one of its tasks, whose ids begin with the execution's.
    private static func belongs(_ id: String, to key: String) -> Bool {
        id == key || id.hasPrefix(key + ":") || key.hasPrefix(id + ":")
    }

    private static func ids(in value: JSON, _ at: JSONPointer) -> [(pointer: JSONPointer, id: String)] {
        switch value {
        case .object(let members):
            members.flatMap { name, member -> [(pointer: JSONPointer, id: String)] in
                if names.contains(name), let id = member.string { return [(at.appending(name), id)] }
                return name == "json" ? [] : ids(in: member, at.appending(name))
            }
        case .array(let elements):
            elements.enumerated().flatMap { ids(in: $0.element, at.appending($0.offset)) }
        default: []
        }
    }
}
