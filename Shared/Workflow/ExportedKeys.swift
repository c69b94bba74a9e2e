import Core

/// The top-level keys that an `export.as` gives the context, as far as the text shows them.
enum ExportedKeys {
    private static let longest = 10_000
    private static let deepest = 32

    static func of(_ value: JSON) -> [String] {
        if let object = value.object { return object.keys }
        guard let text = value.string, text.utf8.count <= longest else { return [] }
        return keys(ofLastObject: Array((DefinitionDecoder.inner(text) ?? text).unicodeScalars))
    }

    /// The keys of the object that the program ends with, such as `a` and `b` of `$context + { a: 1, b }`.
    private static func keys(ofLastObject text: [Unicode.Scalar]) -> [String] {
        var depth = 0
        var start: Int?
        var last: ClosedRange<Int>?
        var at = 0
        while at < text.count {
            switch text[at] {
            case "\"": at = end(ofString: at, in: text)
            case "{", "(", "[":
                if depth == 0 { start = text[at] == "{" ? at : nil }
                depth += 1
            case "}", ")", "]":
                depth -= 1
                if depth == 0, let begun = start { last = begun...at }
            default: break
            }
            at += 1
        }
        guard let last, text[(last.upperBound + 1)...].allSatisfy({ $0.properties.isWhitespace }) else { return [] }
        let before = text[..<last.lowerBound].last { !$0.properties.isWhitespace }
        guard before == nil || before == "+" || before == "|" else { return [] }
        return keys(Array(text[(last.lowerBound + 1)..<last.upperBound]))
    }

    private static func keys(_ body: [Unicode.Scalar]) -> [String] {
        var keys: [String] = []
        var depth = 0
        var at = 0
        var isKey = true
        while at < body.count {
            let scalar = body[at]
            switch scalar {
            case "\"":
                let end = end(ofString: at, in: body)
                let text = String(String.UnicodeScalarView(body[(at + 1)..<max(at + 1, min(end, body.count))]))
                if isKey, !text.unicodeScalars.contains("\\") { keys.append(text) }
                (isKey, at) = (false, end)
            case "{", "(", "[":
                depth += 1
                isKey = false
            case "}", ")", "]": depth -= 1
            case ",": if depth == 0 { isKey = true }
            case "$", " ", "\n", "\t", "\r": break
            default:
                if isKey {
                    let name = body[at...].prefix { $0.properties.isAlphabetic || $0 == "_" || ("0"..."9") ~= $0 }
                    if !name.isEmpty { keys.append(String(String.UnicodeScalarView(name))) }
                    at += max(0, name.count - 1)
                }
                isKey = false
            }
            at += 1
        }
        return keys
    }

    /// The closing quote; interpolations may hold strings themselves.
    private static func end(ofString start: Int, in text: [Unicode.Scalar], level: Int = 0) -> Int {
        var at = start + 1
        guard level < deepest else { return text.count }
        while at < text.count {
            if text[at] == "\"" { return at }
            if text[at] == "\\", at + 1 < text.count, text[at + 1] == "(" {
                var depth = 1
                at += 2
                while at < text.count, depth > 0 {
                    switch text[at] {
                    case "\"": at = end(ofString: at, in: text, level: level + 1)
                    case "(": depth += 1
                    case ")": depth -= 1
                    default: break
                    }
                    at += 1
                }
            } else {
                at += text[at] == "\\" ? 2 : 1
            }
        }
        return text.count
    }
}
