import Core

/// Reads the words of a program.
struct Parser {
    let tokens: [Token]
    var at = 0
    private var depth = 0

    private static let deepest = 80
    private static let longestChain = 300

    init(_ tokens: [Token]) { self.tokens = tokens }

    static func parse(_ source: String) throws(ExpressionSyntaxError) -> Syntax {
        var lexer = Lexer(source)
        return try whole(try lexer.tokens())
    }

    static func whole(_ tokens: [Token]) throws(ExpressionSyntaxError) -> Syntax {
        var parser = Parser(tokens)
        if case .end = parser.peek { return .identity }
        let program = try parser.pipe()
        guard case .end = parser.peek else { throw parser.unexpected() }
        return program
    }

    /// A library: definitions alone.
    static func definitions(_ source: String) throws(ExpressionSyntaxError) -> [Syntax.Definition] {
        var lexer = Lexer(source)
        var parser = Parser(try lexer.tokens())
        var found: [Syntax.Definition] = []
        while parser.takeName("def") { found.append(try parser.definition()) }
        guard case .end = parser.peek else { throw parser.unexpected() }
        return found
    }

    var peek: Token.Kind { tokens[at].kind }
    var offset: Int { tokens[at].offset }

    func unexpected() -> ExpressionSyntaxError {
        switch peek {
        case .end: ExpressionSyntaxError("the program ends too early", at: offset)
        case .symbol(let text), .name(let text): ExpressionSyntaxError("unexpected \(text)", at: offset)
        default: ExpressionSyntaxError("an unexpected word", at: offset)
        }
    }

    mutating func take(_ symbol: String) -> Bool {
        guard peek == .symbol(symbol) else { return false }
        at += 1
        return true
    }

    mutating func takeName(_ name: String) -> Bool {
        guard peek == .name(name) else { return false }
        at += 1
        return true
    }

    mutating func expect(_ symbol: String) throws(ExpressionSyntaxError) {
        guard take(symbol) else { throw unexpected() }
    }

    mutating func expectName(_ name: String) throws(ExpressionSyntaxError) {
        guard takeName(name) else { throw unexpected() }
    }

    mutating func expectVariable() throws(ExpressionSyntaxError) -> String {
        guard case .variable(let name) = peek else { throw unexpected() }
        at += 1
        return name
    }

    mutating func nested<T>(_ body: (inout Parser) throws(ExpressionSyntaxError) -> T) throws(ExpressionSyntaxError)
        -> T
    {
        depth += 1
        guard depth <= Self.deepest else { throw ExpressionSyntaxError("the program nests too deeply", at: offset) }
        let value = try body(&self)
        depth -= 1
        return value
    }

    /// The lowest level: definitions, labels and bindings reach to the end; then `|`.
    mutating func pipe(comma allowsComma: Bool = true) throws(ExpressionSyntaxError) -> Syntax {
        try nested { parser throws(ExpressionSyntaxError) in
            var parts: [(Syntax) -> Syntax] = []
            var last: Syntax
            while true {
                guard parts.count < Self.longestChain else {
                    throw ExpressionSyntaxError("the program nests too deeply", at: parser.offset)
                }
                if parser.takeName("def") {
                    let definition = try parser.definition()
                    parts.append { .define(definition, $0) }
                    continue
                }
                if parser.takeName("label") {
                    let name = try parser.expectVariable()
                    try parser.expect("|")
                    parts.append { .label(name, $0) }
                    continue
                }
                let left = allowsComma ? try parser.commas() : try parser.binary(0)
                if parser.takeName("as") {
                    let patterns = try parser.patterns()
                    try parser.expect("|")
                    parts.append { .bind(left, patterns, $0) }
                    continue
                }
                last = left
                guard parser.take("|") else { break }
                parts.append { .pipe(left, $0) }
            }
            for part in parts.reversed() { last = part(last) }
            return last
        }
    }

    private mutating func commas() throws(ExpressionSyntaxError) -> Syntax {
        var left = try binary(0)
        var count = 0
        while take(",") {
            count += 1
            guard count < Self.longestChain else { throw ExpressionSyntaxError("too many commas", at: offset) }
            var right = try binary(0)
            if peek == .name("as") {
                // A binding reaches to the end of the program.
                at += 1
                let patterns = try patterns()
                try expect("|")
                right = .bind(right, patterns, try pipe())
            }
            left = .comma(left, right)
        }
        return left
    }

    private enum Associativity {
        case left
        case right
        case none
    }

    private func binaryOperator() -> (text: String, level: Int, associativity: Associativity)? {
        switch peek {
        case .name("or"): return ("or", 3, .left)
        case .name("and"): return ("and", 4, .left)
        case .symbol(let text):
            switch text {
            case "//": return (text, 1, .right)
            case "=", "|=", "+=", "-=", "*=", "/=", "%=", "//=": return (text, 2, .none)
            case "==", "!=", "<", "<=", ">", ">=": return (text, 5, .none)
            case "+", "-": return (text, 6, .left)
            case "*", "/", "%": return (text, 7, .left)
            default: return nil
            }
        default: return nil
        }
    }

    /// Operators by precedence climbing.
    mutating func binary(_ minimum: Int) throws(ExpressionSyntaxError) -> Syntax {
        try nested { parser throws(ExpressionSyntaxError) in
            var left = try parser.unary()
            var count = 0
            var last = Int.max
            while let (text, level, associativity) = parser.binaryOperator(), level >= minimum {
                if associativity == .none, level == last { throw parser.unexpected() }
                last = level
                count += 1
                guard count < Self.longestChain else {
                    throw ExpressionSyntaxError("the program nests too deeply", at: parser.offset)
                }
                parser.at += 1
                let right = try parser.binary(associativity == .right ? level : level + 1)
                left = Self.combine(text, left, right)
            }
            return left
        }
    }

    private static func combine(_ text: String, _ left: Syntax, _ right: Syntax) -> Syntax {
        switch text {
        case "or": return .or(left, right)
        case "and": return .and(left, right)
        case "//": return .alternative(left, right)
        case "=": return .assign(.set, left, right)
        case "|=": return .assign(.update, left, right)
        case "//=": return .assign(.alternative, left, right)
        default:
            if let plain = BinaryOperator(rawValue: text) { return .binary(plain, left, right) }
            guard let arithmetic = BinaryOperator(rawValue: String(text.dropLast())) else {
                preconditionFailure("an operator without a meaning")
            }
            return .assign(.arithmetic(arithmetic), left, right)
        }
    }

    private mutating func unary() throws(ExpressionSyntaxError) -> Syntax {
        if take("-") { return .negate(try nested { parser throws(ExpressionSyntaxError) in try parser.unary() }) }
        // Definitions may stand wherever an operand may: `1 + def f: 2; f`.
        if takeName("def") {
            let definition = try definition()
            return .define(definition, try pipe())
        }
        return try postfix()
    }
}
