internal import CSimdjson

/// Text that is not JSON.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the parser met; holds nothing of the text.
    public let description: String
}

extension JSON {
    /// Reads one JSON text (RFC 8259, UTF-8, at most 1024 levels deep, numbers within a double). Of equal keys in an
    /// object the last wins. Throws `JSONSyntaxError`.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(JSONSyntaxError) in try TapeReader.read(bytes) }
    }

    /// Reads one JSON text; see `init(parsing:)`.
    public init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// Walks the tape that simdjson makes (its documentation: doc/tape.md).
private struct TapeReader {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    var at = 1

    static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) -> JSON {
        guard let parser = csj_parser_create() else { preconditionFailure("out of memory") }
        defer { csj_parser_destroy(parser) }
        let document = csj_parse(parser, bytes.baseAddress, bytes.count)
        guard document.error == 0 else { throw JSONSyntaxError(description: String(cString: document.message)) }
        var reader = TapeReader(tape: document.tape, strings: document.strings)
        return reader.value()
    }

    mutating func value() -> JSON {
        let word = tape[at]
        at += 1
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "l"): return .integer(Int64(bitPattern: payload()))
        case UInt8(ascii: "u"): return .number(Double(payload()))
        case UInt8(ascii: "d"): return .number(Double(bitPattern: payload()))
        case UInt8(ascii: "\""): return .string(text(word))
        case UInt8(ascii: "["): return .array(elements(word))
        default: return .object(members(word))
        }
    }

    private mutating func payload() -> UInt64 {
        defer { at += 1 }
        return tape[at]
    }

    private func text(_ word: UInt64) -> String {
        let start = strings + Int(word & 0x00ff_ffff_ffff_ffff)
        let length = start.withMemoryRebound(to: UInt8.self, capacity: 4) {
            Int($0[0]) | Int($0[1]) << 8 | Int($0[2]) << 16 | Int($0[3]) << 24
        }
        return String(decoding: UnsafeBufferPointer(start: start + 4, count: length), as: UTF8.self)
    }

    private mutating func elements(_ word: UInt64) -> [JSON] {
        var elements: [JSON] = []
        // The count saturates at 24 bits; it is only a hint.
        elements.reserveCapacity(Int(word >> 32 & 0xff_ffff))
        while UInt8(truncatingIfNeeded: tape[at] >> 56) != UInt8(ascii: "]") { elements.append(value()) }
        at += 1
        return elements
    }

    private mutating func members(_ word: UInt64) -> JSONObject {
        var object = JSONObject()
        object.reserve(Int(word >> 32 & 0xff_ffff))
        while UInt8(truncatingIfNeeded: tape[at] >> 56) != UInt8(ascii: "}") {
            let key = text(tape[at])
            at += 1
            object[key] = value()
        }
        at += 1
        return object
    }
}
