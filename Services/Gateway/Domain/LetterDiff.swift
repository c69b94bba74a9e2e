public import Core

/// What an edit changes, for people and for the record.
public enum LetterDiff {
    /// Lines beyond which a text is shown as replaced as a whole, since finding what changed would take too long.
    static let mostLines = 2000

    /// The changes of the headers, then those of the body, each `{"part", "op", "path", "from"?, "to"?}`; of a text
    /// `{"part", "lines"}` with `-` and `+` before lines that went and came. None when nothing changed.
    public static func changes(
        headers: (from: JSONObject, to: JSONObject), body: (from: LetterBody, to: LetterBody)
    ) -> JSON {
        var changes: [JSON] = []
        compare(.object(headers.from), .object(headers.to), JSONPointer(), "headers", &changes)
        switch body {
        case (.json(let old), .json(let new)): compare(old, new, JSONPointer(), "body", &changes)
        case (.text(let old), .text(let new)):
            if old != new { changes.append(["part": "body", "lines": .array(lines(old, new).map(JSON.string))]) }
        default: compare(body.from.shown, body.to.shown, JSONPointer(), "body", &changes)
        }
        return .array(changes)
    }

    private static func compare(_ old: JSON?, _ new: JSON?, _ at: JSONPointer, _ part: String, _ out: inout [JSON]) {
        switch (old, new) {
        case (.object(let old)?, .object(let new)?):
            let keys = old.keys + new.keys.filter { old[$0] == nil }
            for key in keys { compare(old[key], new[key], at.appending(key), part, &out) }
        case (.array(let old)?, .array(let new)?):
            for position in 0..<max(old.count, new.count) {
                let (old, new) = (old.dropFirst(position).first, new.dropFirst(position).first)
                compare(old, new, at.appending(position), part, &out)
            }
        default:
            guard old != new else { return }
            var change: JSONObject = [
                "part": .string(part), "op": old == nil ? "add" : new == nil ? "remove" : "replace",
                "path": .string(at.description),
            ]
            change["from"] = old
            change["to"] = new
            out.append(.object(change))
        }
    }

    /// The lines that went, with `-`, and came, with `+`, with their numbers in the old and the new text.
    private static func lines(_ old: String, _ new: String) -> [String] {
        let (old, new) = (split(old), split(new))
        guard old.count <= mostLines, new.count <= mostLines else {
            return ["-1: \(old.count) lines", "+1: \(new.count) lines"]
        }
        let difference = new.difference(from: old)
        let changes = (difference.removals + difference.insertions).map { change in
            switch change {
            case .remove(let offset, let line, _): (offset, 0, "-\(offset + 1): \(line)")
            case .insert(let offset, let line, _): (offset, 1, "+\(offset + 1): \(line)")
            }
        }
        return changes.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    private static func split(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
