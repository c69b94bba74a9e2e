/// A word or sign of a statement.
enum Token: Hashable, Sendable {
    /// A name or keyword, in lower case.
    case word(String)
    /// A name in double quotes.
    case name(String)
    case string(String)
    case number(String)
    /// `$1` is 0.
    case parameter(Int)
    case symbol(String)
}

/// Cuts a statement into tokens.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(_ text: String) throws -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

    private mutating func next() throws -> Token? {
        skipSpace()
        guard at < bytes.count else { return nil }
        let byte = peek()
        switch byte {
        case UInt8(ascii: "'"): return .string(try quoted(byte))
        case UInt8(ascii: "\""): return .name(try quoted(byte))
        case UInt8(ascii: "$"):
            if peek(1) == byte { return .string(try dollarQuoted()) }
            at += 1
            guard let number = Int(take { Self.isDigit($0) }) else { throw unsupported("a sign $") }
            return .parameter(number - 1)
        case _ where Self.isDigit(byte): return .number(take { Self.isDigit($0) || $0 == UInt8(ascii: ".") })
        case _ where Self.isLetter(byte):
            return .word(take { Self.isLetter($0) || Self.isDigit($0) }.lowercased())
        default: return try symbol()
        }
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            if peek() == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
                while at < bytes.count, peek() != UInt8(ascii: "\n") { at += 1 }
            } else if [0x20, 0x09, 0x0A, 0x0D].contains(peek()) {
                at += 1
            } else {
                return
            }
        }
    }

    private mutating func take(_ fits: (UInt8) -> Bool) -> String {
        let start = at
        while at < bytes.count, fits(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// Between two of `quote`; a doubled one stands for itself.
    private mutating func quoted(_ quote: UInt8) throws -> String {
        var out: [UInt8] = []
        at += 1
        while at < bytes.count {
            if peek() == quote {
                at += 1
                guard peek() == quote else { return String(decoding: out, as: UTF8.self) }
            }
            out.append(peek())
            at += 1
        }
        throw failure("42601", "unterminated quoted string")
    }

    private mutating func dollarQuoted() throws -> String {
        at += 2
        let start = at
        while at + 1 < bytes.count {
            if peek() == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "$") {
                at += 2
                return String(decoding: bytes[start..<at - 2], as: UTF8.self)
            }
            at += 1
        }
        throw failure("42601", "unterminated dollar-quoted string")
    }

    private mutating func symbol() throws -> Token {
        let two = String(decoding: bytes[at..<min(at + 2, bytes.count)], as: UTF8.self)
        if ["<=", ">=", "<>", "!=", "||", "::"].contains(two) {
            at += 2
            return .symbol(two == "!=" ? "<>" : two)
        }
        let one = String(UnicodeScalar(peek()))
        guard "()[],;.*+-/%=<>:".contains(one) else { throw unsupported("a sign \(one)") }
        at += 1
        return .symbol(one)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 97 && (byte | 0x20) <= 122 || byte == 0x5F
    }
}
