import Core

/// Where a task is: in which list, at which position, under which name.
struct TaskPlace: Sendable, Hashable {
    /// JSON pointer of the list.
    var list: String
    var position: Int
    var name: String

    /// `<list>/<position>/<name>`
    var pointer: String { "\(list)/\(position)/\(JSONPointer([name]).description.dropFirst())" }

    init(list: String, position: Int, name: String) { (self.list, self.position, self.name) = (list, position, name) }

    /// Reads the pointer of a task; nil when it is none. What is not in a list, as a function, is in one of its own.
    init?(_ pointer: String) {
        guard let last = pointer.lastIndex(of: "/"), last != pointer.startIndex else { return nil }
        let before = pointer[..<last]
        guard let slash = before.lastIndex(of: "/") else { return nil }
        let name = pointer[pointer.index(after: last)...]
        if let position = Int(before[before.index(after: slash)...]) {
            self.init(list: String(before[..<slash]), position: position, name: Self.unescaped(name))
        } else {
            self.init(list: String(before), position: 0, name: Self.unescaped(name))
        }
    }

    /// The same list once the task at `around`, which holds it, is at `place`.
    func list(below around: String, movedTo place: String) -> String {
        guard list.hasPrefix(around + "/") else { return list }
        return place + list.dropFirst(around.utf8.count)
    }

    /// The tasks of the list at `pointer` of a document.
    static func all(of pointer: String, in document: JSON) -> [TaskPlace] {
        var value: JSON? = document
        for token in pointer.split(separator: "/") {
            if let index = Int(token), let list = value?.array {
                value = list.indices.contains(index) ? list[index] : nil
            } else {
                value = value?[unescaped(token)]
            }
        }
        return (value?.array ?? []).enumerated().compactMap { position, item in
            item.object?.keys.first.map { TaskPlace(list: pointer, position: position, name: $0) }
        }
    }

    private static func unescaped(_ token: Substring) -> String {
        guard token.contains("~") else { return String(token) }
        return token.split(separator: "~1", omittingEmptySubsequences: false).map { part in
            part.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }.joined(separator: "/")
    }
}
