import Core

/// How to put right what people get wrong most often.
enum Advice {
    /// `did you mean x?`, when one of the names is near enough.
    static func spelling(of name: String, among names: [String]) -> String? {
        let folded = name.lowercased()
        let limit = max(1, min(3, folded.unicodeScalars.count / 3))
        let near = names.map { ($0, distance(folded, $0.lowercased(), limit: limit)) }.filter { $0.1 <= limit }
            .min { $0.1 < $1.1 }
        return near.map { "did you mean \($0.0)?" }
    }

    /// What a value that is no text, but should have been one, may have been meant as.
    static func about(_ value: JSON, _ expected: String) -> String? {
        switch value {
        case .string(let text): return cut(text)
        case .bool, .integer, .number:
            let wantsText = ["text", "expression", "semantic version", "name", "URI"].contains { expected.contains($0) }
            return wantsText ? "put it in quotes: '\(value.text())'" : nil
        case .object(let object):
            // `as: {{ x }}` and `as: { $x }` are maps to YAML.
            guard expected.contains("expression"), object.count == 1, let key = object.keys.first, key.hasPrefix("$"),
                object.values.first?.isNull == true
            else { return nil }
            return "YAML reads braces as a map; put the whole expression in quotes: '${ \(key) }'"
        case .null:
            guard expected.contains("expression") || expected.contains("text") else { return nil }
            return "nothing stands here; YAML begins a comment at ' #', so put a text with it in quotes"
        case .array: return nil
        }
    }

    /// An expression that YAML cut off at ` #`.
    static func cut(_ text: String) -> String? {
        guard text.drop(while: { $0 == " " }).hasPrefix("${"), DefinitionDecoder.inner(text) == nil else { return nil }
        return "the closing brace is missing; YAML begins a comment at ' #', so put the whole expression in quotes"
    }

    /// What to do about a text that is no YAML: most often an expression without quotes.
    static func syntax(line: Substring?) -> String? {
        guard let line, let mark = line.firstRange(of: "${") ?? line.firstRange(of: "$"), !isQuoted(line, mark) else {
            return nil
        }
        return "put the whole expression in quotes, such as '${ .a }': a colon, a hash or a brace means something"
            + " to YAML"
    }

    private static func isQuoted(_ line: Substring, _ mark: Range<Substring.Index>) -> Bool {
        let before = line[..<mark.lowerBound].reversed().drop { $0 == " " }
        return before.first == "'" || before.first == "\""
    }

    /// Insertions, deletions, exchanges and swaps of neighbours; more than `limit` is only known to be more.
    static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        let (left, right) = (Array(left.unicodeScalars.prefix(64)), Array(right.unicodeScalars.prefix(64)))
        if abs(left.count - right.count) > limit { return limit + 1 }
        var (before, previous) = ([Int](), Array(0...right.count))
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let change = left[row] == right[column] ? 0 : 1
                var best = min(previous[column] + change, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
