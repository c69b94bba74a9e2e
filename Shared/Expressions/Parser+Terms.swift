import Core

extension Parser {
    private static let keywords: Set<String> = [
        "def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label", "import",
        "include", "and", "or", "__loc__",
    ]

    mutating func definition() throws(ExpressionSyntaxError) -> Syntax.Definition {
        guard case .name(let name) = peek, !Self.keywords.contains(name) else { throw unexpected() }
        at += 1
        var parameters: [String] = []
        if take("(") {
            repeat {
                switch peek {
                case .name(let parameter): parameters.append(parameter)
                case .variable(let parameter): parameters.append("$" + parameter)
                default: throw unexpected()
                }
                at += 1
            } while take(";")
            try expect(")")
        }
        try expect(":")
        let body = try pipe()
        try expect(";")
        return Syntax.Definition(name: name, parameters: parameters, body: body)
    }

    /// A term and everything that follows it: fields, brackets, question marks.
    mutating func postfix() throws(ExpressionSyntaxError) -> Syntax {
        var term = try term()
        var count = 0
        while true {
            count += 1
            guard count < 300 else { throw ExpressionSyntaxError("the program nests too deeply", at: offset) }
            switch peek {
            case .field(let name):
                at += 1
                term = .index(term, .literal(.string(name)))
            case .symbol("?"):
                at += 1
                term = .attempt(term, nil)
            case .symbol("["): term = try bracket(term)
            case .symbol("."):
                guard at + 1 < tokens.count else { return term }
                switch tokens[at + 1].kind {
                case .symbol("["):
                    at += 1
                    term = try bracket(term)
                case .string(let parts):
                    at += 2
                    term = .index(term, try string(nil, parts))
                default: return term
                }
            default: return term
            }
        }
    }

    private mutating func bracket(_ target: Syntax) throws(ExpressionSyntaxError) -> Syntax {
        try expect("[")
        if take("]") { return .iterate(target) }
        if take(":") {
            let upper = try pipe()
            try expect("]")
            return .slice(target, nil, upper)
        }
        let lower = try pipe()
        if take(":") {
            if take("]") { return .slice(target, lower, nil) }
            let upper = try pipe()
            try expect("]")
            return .slice(target, lower, upper)
        }
        try expect("]")
        return .index(target, lower)
    }

    private mutating func term() throws(ExpressionSyntaxError) -> Syntax {
        let start = offset
        let kind = peek
        at += 1
        switch kind {
        case .number(let value, let text): return .literal(Self.number(value, text))
        case .string(let parts): return try string(nil, parts)
        case .format(let name):
            if case .string(let parts) = peek {
                at += 1
                return try string(name, parts)
            }
            return .format(name)
        case .field(let name): return .index(.identity, .literal(.string(name)))
        case .variable(let name): return .variable(name)
        case .location(let line): return Self.location(line)
        case .symbol("."):
            if case .string(let parts) = peek {
                at += 1
                return .index(.identity, try string(nil, parts))
            }
            return .identity
        case .symbol(".."): return .recurseDefault
        case .symbol("("):
            let inner = try pipe()
            try expect(")")
            return inner
        case .symbol("["):
            if take("]") { return .array(nil) }
            let inner = try pipe()
            try expect("]")
            return .array(inner)
        case .symbol("{"): return try object()
        case .name(let name): return try word(name, start)
        default:
            at -= 1
            throw unexpected()
        }
    }

    static func number(_ value: Double, _ text: String) -> JSON {
        if let whole = Int64(text) { return .integer(whole) }
        return Arithmetic.number(value)
    }

    private mutating func word(_ name: String, _ start: Int) throws(ExpressionSyntaxError) -> Syntax {
        switch name {
        case "if": return try conditional()
        case "try":
            let body = try nested { parser throws(ExpressionSyntaxError) in try parser.postfixOrNegative() }
            guard takeName("catch") else { return .attempt(body, nil) }
            return .attempt(body, try nested { parser throws(ExpressionSyntaxError) in try parser.postfixOrNegative() })
        case "reduce":
            let (source, patterns) = try loopHead()
            let start = try pipe()
            try expect(";")
            let update = try pipe()
            try expect(")")
            return .reduce(source, patterns, start, update)
        case "foreach":
            let (source, patterns) = try loopHead()
            let start = try pipe()
            try expect(";")
            let update = try pipe()
            let extract = take(";") ? try pipe() : nil
            try expect(")")
            return .foreach(source, patterns, start, update, extract)
        case "def":
            let definition = try definition()
            return .define(definition, try pipe())
        case "true": return .literal(true)
        case "false": return .literal(false)
        case "null": return .literal(nil)
        case "break": return .leave(try expectVariable(), offset: start)
        case "import", "include": throw ExpressionSyntaxError("modules are not supported", at: start)
        default:
            guard !Self.keywords.contains(name) else {
                at -= 1
                throw unexpected()
            }
            return try call(name, start)
        }
    }

    private mutating func postfixOrNegative() throws(ExpressionSyntaxError) -> Syntax {
        if take("-") { return .negate(try postfix()) }
        return try postfix()
    }

    private mutating func call(_ name: String, _ start: Int) throws(ExpressionSyntaxError) -> Syntax {
        var arguments: [Syntax] = []
        if take("(") {
            repeat { arguments.append(try pipe()) } while take(";")
            try expect(")")
        }
        return .call(name, arguments, offset: start)
    }

    private mutating func loopHead() throws(ExpressionSyntaxError) -> (Syntax, [Syntax.Pattern]) {
        let source = try binary(0)
        try expectName("as")
        let patterns = try patterns()
        try expect("(")
        return (source, patterns)
    }

    private mutating func conditional() throws(ExpressionSyntaxError) -> Syntax {
        let condition = try pipe()
        try expectName("then")
        let yes = try pipe()
        if takeName("elif") {
            return .conditional(
                condition, yes, try nested { parser throws(ExpressionSyntaxError) in try parser.conditional() })
        }
        let no = takeName("else") ? try pipe() : nil
        try expectName("end")
        return .conditional(condition, yes, no)
    }

    mutating func string(_ format: String?, _ parts: [Token.StringPart]) throws(ExpressionSyntaxError) -> Syntax {
        if parts.count == 1, case .text(let text) = parts[0] { return .literal(.string(text)) }
        var pieces: [Syntax.StringPart] = []
        for part in parts {
            switch part {
            case .text(let text): pieces.append(.text(text))
            case .program(let tokens): pieces.append(.program(try Parser.whole(tokens)))
            }
        }
        return .string(format: format, pieces)
    }

    private mutating func object() throws(ExpressionSyntaxError) -> Syntax {
        var members: [(key: Syntax, value: Syntax)] = []
        if take("}") { return .object([]) }
        repeat {
            if peek == .symbol("}"), !members.isEmpty { break }
            members.append(try member())
        } while take(",")
        try expect("}")
        return .object(members)
    }

    private mutating func member() throws(ExpressionSyntaxError) -> (key: Syntax, value: Syntax) {
        let kind = peek
        let start = offset
        at += 1
        var key: Syntax
        var short: Syntax?
        switch kind {
        case .variable(let name):
            if take(":") { return (.variable(name), try pipe(comma: false)) }
            return (.literal(.string(name)), .variable(name))
        case .location(let line): return (.literal("__loc__"), Self.location(line))
        case .name(let name):
            key = .literal(.string(name))
            short = .index(.identity, key)
        case .string(let parts):
            key = try string(nil, parts)
            short = .index(.identity, key)
        case .format(let name):
            guard case .string(let parts) = peek else { throw unexpected() }
            at += 1
            key = try string(name, parts)
            short = .index(.identity, key)
        case .number(let value, let text):
            throw ExpressionSyntaxError(
                "Cannot use number (\(Self.number(value, text).text())) as object key", at: start)
        case .symbol("("):
            key = try pipe()
            try expect(")")
            if case .literal(let value) = key, value.string == nil {
                throw ExpressionSyntaxError("Cannot use \(value.kind) (\(value.text())) as object key", at: start)
            }
        default:
            at -= 1
            throw unexpected()
        }
        if take(":") { return (key, try pipe(comma: false)) }
        guard let short else { throw unexpected() }
        return (key, short)
    }

    private static func location(_ line: Int) -> Syntax {
        .literal(["file": "<top-level>", "line": .integer(Int64(line))])
    }

    mutating func patterns() throws(ExpressionSyntaxError) -> [Syntax.Pattern] {
        var found = [try pattern()]
        while take("?//") { found.append(try pattern()) }
        return found
    }

    private mutating func pattern() throws(ExpressionSyntaxError) -> Syntax.Pattern {
        try nested { parser throws(ExpressionSyntaxError) in
            if case .variable(let name) = parser.peek {
                parser.at += 1
                return .variable(name)
            }
            if parser.take("[") {
                var elements: [Syntax.Pattern] = []
                repeat { elements.append(try parser.pattern()) } while parser.take(",")
                try parser.expect("]")
                return .array(elements)
            }
            try parser.expect("{")
            var members: [(variable: String?, key: Syntax, value: Syntax.Pattern?)] = []
            repeat { members.append(try parser.patternMember()) } while parser.take(",")
            try parser.expect("}")
            return .object(members)
        }
    }

    private mutating func patternMember() throws(ExpressionSyntaxError) -> (
        variable: String?, key: Syntax, value: Syntax.Pattern?
    ) {
        let kind = peek
        at += 1
        var variable: String?
        let key: Syntax
        switch kind {
        case .variable(let name): (variable, key) = (name, .literal(.string(name)))
        case .name(let name): key = .literal(.string(name))
        case .string(let parts): key = try string(nil, parts)
        case .symbol("("):
            key = try pipe()
            try expect(")")
            if case .literal(let value) = key, value.string == nil {
                throw ExpressionSyntaxError("Cannot use \(value.kind) (\(value.text())) as object key", at: offset)
            }
        default:
            at -= 1
            throw unexpected()
        }
        if take(":") { return (variable, key, try pattern()) }
        guard variable != nil else { throw unexpected() }
        return (variable, key, nil)
    }
}
