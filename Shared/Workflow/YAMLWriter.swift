public import Core

/// Writes documents as YAML that reads back as the same document. Whatever is not a plain word is quoted, so an
/// expression always is.
public struct YAMLWriter: Sendable {
    private var text = ""

    private init() {}

    /// The text of a document: block style, two spaces a level, keys in their order.
    public static func text(_ document: JSON) -> String {
        var writer = YAMLWriter()
        writer.write(document, indent: 0, isInline: false)
        return writer.text
    }

    /// Writes a value after what stands in the line, or at the line's begin when it is inline.
    private mutating func write(_ value: JSON, indent: Int, isInline: Bool) {
        switch value {
        case .object(let object) where !object.isEmpty:
            for (position, (key, member)) in object.enumerated() {
                if position > 0 || !isInline { pad(indent) }
                write(key: key, member, indent: indent)
            }
        case .array(let elements) where !elements.isEmpty:
            for (position, element) in elements.enumerated() {
                if position > 0 || !isInline { pad(indent) }
                text += "- "
                write(element, indent: indent + 2, isInline: true)
            }
        case .string(let string): text += Self.scalar(string, indent: indent) + "\n"
        default: text += value.text() + "\n"
        }
    }

    private mutating func write(key: String, _ member: JSON, indent: Int) {
        let name = Self.scalar(key, indent: nil)
        // YAML reads keys up to 1024 characters only without the question mark.
        text += name.utf8.count > 1000 ? "? \(name)\n\(String(repeating: " ", count: indent)):" : "\(name):"
        switch member {
        case .object(let object) where !object.isEmpty:
            text += "\n"
            write(member, indent: indent + 2, isInline: false)
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            write(member, indent: indent + 2, isInline: false)
        case .string(let string): text += " \(Self.scalar(string, indent: indent + 2))\n"
        default: text += " \(member.text())\n"
        }
    }

    private mutating func pad(_ indent: Int) { text += String(repeating: " ", count: indent) }

    /// A text: a plain word, a block of lines where there is an indentation, or else in quotes.
    private static func scalar(_ text: String, indent: Int?) -> String {
        if isWord(text) { return text }
        let scalars = text.unicodeScalars
        if let indent, isBlock(text) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let pad = "\n" + String(repeating: " ", count: indent)
            let body = text.hasSuffix("\n") ? lines.dropLast() : lines[...]
            return (text.hasSuffix("\n") ? "|" : "|-") + body.map { $0.isEmpty ? "\n" : pad + $0 }.joined()
        }
        if scalars.contains(where: needsEscape) {
            return "\"" + scalars.map(escaped).joined() + "\""
        }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    private static let reserved: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan",
    ]

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), !reserved.contains(text.lowercased()) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// Whether a text is lines that a block keeps as they are.
    private static func isBlock(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard scalars.contains("\n"), let first = scalars.first, first != " ", first != "\n", first != "\t" else {
            return false
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = text.hasSuffix("\n") ? lines.dropLast() : lines[...]
        return kept.last?.isEmpty == false && kept.allSatisfy { $0.isEmpty || !isBlank($0) }
            && !scalars.contains { $0 != "\n" && needsEscape($0) }
    }

    private static func isBlank(_ line: Substring) -> Bool { line.unicodeScalars.allSatisfy { $0 == " " } }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e, 0xa1...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...: false
        default: true
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default:
            guard needsEscape(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
