extension JSON {
    /// How a text is laid out.
    public struct Layout: Sendable {
        /// Spaces a level; nil for one line.
        public var indent: Int?
        /// Whether members are sorted by key (by Unicode scalar), for digests and comparisons.
        public var sortsKeys: Bool

        /// One line, keys in their own order.
        public static let compact = Layout(indent: nil, sortsKeys: false)
        /// One line, sorted keys: equal values give equal bytes.
        public static let canonical = Layout(indent: nil, sortsKeys: true)
        /// Two spaces a level, keys in their own order.
        public static let pretty = Layout(indent: 2, sortsKeys: false)
    }

    /// The text as UTF-8. Not-a-number and the infinities, which JSON lacks, are written as `null`.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, level: 0)
        return writer.out
    }

    /// The text; see `bytes(_:)`.
    public func text(_ layout: Layout = .compact) -> String { String(decoding: bytes(layout), as: UTF8.self) }
}

extension JSON: CustomStringConvertible {
    /// The compact text.
    public var description: String { text() }
}

/// Appends the texts of values.
struct JSONWriter {
    let layout: JSON.Layout
    var out: [UInt8] = []

    mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): out.append(contentsOf: String(value).utf8)
        case .number(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements):
            list("[", "]", elements.count, level) { writer, at in writer.write(elements[at], level: level + 1) }
        case .object(let object):
            var members = object.makeIterator()
            guard layout.sortsKeys, object.count > 1 else {
                return list("{", "}", object.count, level) { writer, _ in
                    if let (key, value) = members.next() { writer.write(key, value, level + 1) }
                }
            }
            let sorted = object.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
            list("{", "}", sorted.count, level) { writer, at in
                writer.write(sorted[at].key, sorted[at].value, level + 1)
            }
        }
    }

    private mutating func write(_ key: String, _ value: JSON, _ level: Int) {
        write(key)
        out.append(UInt8(ascii: ":"))
        if layout.indent != nil { out.append(UInt8(ascii: " ")) }
        write(value, level: level)
    }

    private mutating func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ count: Int, _ level: Int,
        _ item: (inout JSONWriter, Int) -> Void
    ) {
        out.append(UInt8(ascii: open))
        for at in 0..<count {
            if at > 0 { out.append(UInt8(ascii: ",")) }
            newline(level + 1)
            item(&self, at)
        }
        if count > 0 { newline(level) }
        out.append(UInt8(ascii: close))
    }

    private mutating func newline(_ level: Int) {
        guard let indent = layout.indent else { return }
        out.append(UInt8(ascii: "\n"))
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }

    private mutating func write(_ value: Double) {
        guard value.isFinite else { return out.append(contentsOf: "null".utf8) }
        if value == value.rounded(), abs(value) < 1e17 {
            out.append(contentsOf: String(Int64(value)).utf8)
        } else {
            out.append(contentsOf: value.description.utf8)
        }
    }

    mutating func write(_ text: String) {
        var text = text
        out.append(UInt8(ascii: "\""))
        text.withUTF8 { bytes in
            // What stands for itself is copied in one piece.
            var start = 0
            for at in 0..<bytes.count where Self.isEscaped(bytes[at]) {
                out.append(contentsOf: bytes[start..<at])
                escape(bytes[at])
                start = at + 1
            }
            out.append(contentsOf: bytes[start...])
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
        case 0x0a: out.append(contentsOf: "\\n".utf8)
        case 0x0d: out.append(contentsOf: "\\r".utf8)
        case 0x09: out.append(contentsOf: "\\t".utf8)
        default:
            let digits = Array("0123456789abcdef".utf8)
            out.append(contentsOf: "\\u00".utf8)
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
    }
}
