/// Cuts a program into words.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0
    private var nesting = 0
    private var made = 0

    static let longest = 65_536
    static let mostTokens = 8000
    static let deepestNesting = 60

    private static let symbols = [
        "?//=", "?//", "|=", "+=", "-=", "*=", "/=", "%=", "//=", "==", "!=", "<=", ">=", "//", "..", "|", ",", "=",
        "<",
        ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ":", ";", ".", "?",
    ].filter { $0 != "?//=" }.map { Array($0.utf8) }

    init(_ source: String) { bytes = Array(source.utf8) }

    mutating func tokens() throws(ExpressionSyntaxError) -> [Token] {
        guard bytes.count <= Self.longest else {
            throw ExpressionSyntaxError("the program is longer than \(Self.longest) bytes", at: 0)
        }
        return try tokens(inString: false)
    }

    private mutating func tokens(inString: Bool) throws(ExpressionSyntaxError) -> [Token] {
        var tokens: [Token] = []
        var open = 0
        while true {
            skipSpace()
            let start = at
            guard at < bytes.count else {
                if inString { throw ExpressionSyntaxError("unfinished interpolation", at: start) }
                tokens.append(Token(kind: .end, offset: start))
                return tokens
            }
            made += 1
            guard made <= Self.mostTokens else { throw ExpressionSyntaxError("the program is too long", at: start) }
            let kind = try kind()
            if inString {
                if kind == .symbol("(") { open += 1 }
                if kind == .symbol(")") {
                    if open == 0 {
                        tokens.append(Token(kind: .end, offset: start))
                        return tokens
                    }
                    open -= 1
                }
            }
            tokens.append(Token(kind: kind, offset: start))
        }
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0a, 0x0d: at += 1
            case UInt8(ascii: "#"):
                // A comment goes to the end of the line; a backslash carries it on.
                while at < bytes.count, bytes[at] != 0x0a {
                    if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count { at += 1 }
                    at += 1
                }
            default: return
            }
        }
    }

    private mutating func kind() throws(ExpressionSyntaxError) -> Token.Kind {
        let byte = bytes[at]
        if byte == UInt8(ascii: "\"") { return .string(try string()) }
        if byte == UInt8(ascii: "."), at + 1 < bytes.count, Self.startsName(bytes[at + 1]) {
            at += 1
            return .field(name())
        }
        if Self.isDigit(byte) || byte == UInt8(ascii: ".") && at + 1 < bytes.count && Self.isDigit(bytes[at + 1]) {
            return try number()
        }
        if Self.startsName(byte) {
            let name = name()
            if bytes[at...].starts(with: Array("::".utf8)) {
                throw ExpressionSyntaxError("modules are not supported", at: at)
            }
            return .name(name)
        }
        if byte == UInt8(ascii: "$"), at + 1 < bytes.count, Self.startsName(bytes[at + 1]) {
            at += 1
            let name = name()
            // Lines are counted here alone: a word knows its offset only.
            if name == "__loc__" { return .location(1 + bytes[..<at].count { $0 == 10 }) }
            return .variable(name)
        }
        if byte == UInt8(ascii: "@"), at + 1 < bytes.count, Self.startsName(bytes[at + 1]) {
            at += 1
            return .format(name())
        }
        for symbol in Self.symbols where bytes[at...].starts(with: symbol) {
            at += symbol.count
            return .symbol(String(decoding: symbol, as: UTF8.self))
        }
        throw ExpressionSyntaxError("an unexpected character", at: at)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    static func startsName(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    private mutating func name() -> String {
        let start = at
        while at < bytes.count, Self.startsName(bytes[at]) || Self.isDigit(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func number() throws(ExpressionSyntaxError) -> Token.Kind {
        let start = at
        while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            var next = at + 1
            if next < bytes.count, bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: "-") { next += 1 }
            if next < bytes.count, Self.isDigit(bytes[next]) {
                at = next
                while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
            }
        }
        var text = String(decoding: bytes[start..<at], as: UTF8.self)
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasSuffix(".") { text += "0" }
        text = text.split(separator: ".e").joined(separator: ".0e")
        guard let value = Double(text) else { throw ExpressionSyntaxError("a malformed number", at: start) }
        return .number(value, text: text)
    }

    private mutating func string() throws(ExpressionSyntaxError) -> [Token.StringPart] {
        let start = at
        at += 1
        var parts: [Token.StringPart] = []
        var text: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                if !text.isEmpty || parts.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
                return parts
            }
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard at < bytes.count else { break }
            if bytes[at] == UInt8(ascii: "(") {
                at += 1
                if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
                text = []
                nesting += 1
                guard nesting <= Self.deepestNesting else { throw ExpressionSyntaxError("too deep", at: at) }
                parts.append(.program(try tokens(inString: true)))
                nesting -= 1
            } else {
                text += try escape()
            }
        }
        throw ExpressionSyntaxError("an unfinished string", at: start)
    }

    private mutating func escape() throws(ExpressionSyntaxError) -> [UInt8] {
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            var unit = try hex()
            if (0xd800..<0xdc00).contains(unit), bytes[at...].starts(with: Array("\\u".utf8)) {
                at += 2
                let low = try hex()
                unit = (0xdc00..<0xe000).contains(low) ? 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00) : 0xfffd
            }
            return Array(String(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
        default: throw ExpressionSyntaxError("an invalid escape", at: at - 2)
        }
    }

    private mutating func hex() throws(ExpressionSyntaxError) -> UInt32 {
        guard at + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
        else { throw ExpressionSyntaxError("an invalid escape", at: at) }
        at += 4
        return value
    }
}
