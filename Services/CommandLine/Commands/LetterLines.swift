import Core

/// Dead letters in words.
enum LetterLines {
    /// A line a change: `body/amount: 1 → 2`, with `-` and `+` for what went and came.
    static func changes(_ changes: JSON?) -> [String] {
        (changes?.array ?? []).flatMap { change -> [String] in
            if let lines = change["lines"]?.array { return lines.map { "body \($0.string ?? "")" } }
            let place = "\(change["part"]?.string ?? "")\(change["path"]?.string ?? "")"
            let (old, new) = (change["from"]?.text() ?? "", change["to"]?.text() ?? "")
            switch change["op"]?.string {
            case "add": return ["+ \(place): \(new)"]
            case "remove": return ["- \(place): \(old)"]
            default: return ["~ \(place): \(old) → \(new)"]
            }
        }
    }

    /// What was done about a letter: `2026-… ann edit reason=…`.
    static func step(_ step: JSON) -> [String] {
        let known = ["step", "actor", "at", "changes"]
        let rest = (step.object ?? [:]).filter { !known.contains($0.key) && $0.value != "" }
            .map { "\($0.key)=\($0.value.string ?? $0.value.text())" }
        let words = ["at", "actor", "step"].map { step[$0]?.string ?? "" } + rest
        return [words.joined(separator: "  ")] + changes(step["changes"]).map { "  " + $0 }
    }

    /// A body in one of its forms, over several lines if need be.
    static func body(_ body: JSON?) -> [String] {
        let text = body?["json"]?.text(.pretty) ?? body?["text"]?.string ?? body?["hex"]?.string ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    static func headers(_ headers: JSON?) -> [String] {
        (headers?.array ?? []).map { header in
            let value = header["value"]?.string ?? "(base64) \(header["base64"]?.string ?? "")"
            return "\(header["name"]?.string ?? ""): \(value)"
        }
    }

    /// `done: 8 of 8 published, 8 taken, 0 died again, 0 passed over, 0 not told yet`
    static func progress(_ redrive: JSON) -> String {
        func count(_ name: String) -> Int { redrive[name]?.int ?? 0 }
        return "\(redrive["status"]?.string ?? "unknown"): \(count("sent")) of \(count("letters")) published, "
            + "\(count("taken")) taken, \(count("died")) died again, \(count("skipped")) passed over, "
            + "\(count("unsettled")) not told yet"
    }
}
