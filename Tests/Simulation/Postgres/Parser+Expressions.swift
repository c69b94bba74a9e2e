extension Parser {
    mutating func expression() throws -> Expression {
        var left = try conjunction()
        while accept("or") { left = .operation("or", left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws -> Expression {
        var left = try negation()
        while accept("and") { left = .operation("and", left, try negation()) }
        return left
    }

    private mutating func negation() throws -> Expression {
        accept("not") ? .not(try negation()) : try comparison()
    }

    private mutating func comparison() throws -> Expression {
        var left = try concatenation()
        while true {
            if accept("is") {
                let negated = accept("not")
                try expect("null")
                left = negated ? .not(.isNull(left)) : .isNull(left)
            } else if accept("not", "in") {
                left = .not(try membership(left))
            } else if accept("in") {
                left = try membership(left)
            } else if accept("between") {
                let low = try concatenation()
                try expect("and")
                let high = try concatenation()
                left = .operation("and", .operation(">=", left, low), .operation("<=", left, high))
            } else if case .symbol(let sign) = peek(), ["=", "<>", "<", ">", "<=", ">="].contains(sign) {
                advance()
                left = try compared(left, sign)
            } else {
                return left
            }
        }
    }

    private mutating func compared(_ left: Expression, _ sign: String) throws -> Expression {
        guard isNext("any") || isNext("all"), peek(1) == .symbol("(") else {
            return .operation(sign, left, try concatenation())
        }
        let all = isNext("all")
        advance()
        advance()
        let array = try expression()
        try expect(symbol: ")")
        return .quantified(sign, left, array, all: all)
    }

    private mutating func membership(_ left: Expression) throws -> Expression {
        try expect(symbol: "(")
        defer { advance() }
        if isNext("select") || isNext("with") { return .inQuery(left, try closed { try $0.subquery() }) }
        return .in(left, try closed { try $0.list { try $0.expression() } })
    }

    /// What `read` gives, with the bracket behind it looked at and left.
    private mutating func closed<Result>(_ read: (inout Parser) throws -> Result) throws -> Result {
        let result = try read(&self)
        guard peek() == .symbol(")") else { throw unexpected() }
        return result
    }

    private mutating func concatenation() throws -> Expression {
        var left = try sum()
        while accept(symbol: "||") { left = .operation("||", left, try sum()) }
        return left
    }

    private mutating func sum() throws -> Expression {
        var left = try product()
        while case .symbol(let sign) = peek(), sign == "+" || sign == "-" {
            advance()
            left = .operation(sign, left, try product())
        }
        return left
    }

    private mutating func product() throws -> Expression {
        var left = try signed()
        while case .symbol(let sign) = peek(), sign == "*" || sign == "/" || sign == "%" {
            advance()
            left = .operation(sign, left, try signed())
        }
        return left
    }

    private mutating func signed() throws -> Expression {
        accept(symbol: "-") ? .negative(try signed()) : try converted()
    }

    private mutating func converted() throws -> Expression {
        var value = try primary()
        while accept(symbol: "::") { value = .cast(value, try type()) }
        return value
    }

    mutating func type() throws -> ValueType {
        var name = try name()
        if name == "double" {
            try expect("precision")
            name += " precision"
        }
        if name == "timestamp", accept("with", "time", "zone") { name += " with time zone" }
        guard let type = ValueType.named(name) else { throw unsupported("the type \(name)") }
        guard accept(symbol: "[") else { return type }
        try expect(symbol: "]")
        return .array(type)
    }

    private mutating func primary() throws -> Expression {
        switch peek() {
        case .symbol("("): return try bracketed()
        case .string: return .literal(.text(try string()), .unknown)
        case .parameter(let number):
            advance()
            return .parameter(number)
        case .number(let text):
            advance()
            return try number(text)
        case .word(let word):
            if let special = try special(word) { return special }
            return try reference()
        case .name: return try reference()
        default: throw unexpected()
        }
    }

    private func number(_ text: String) throws -> Expression {
        if let whole = Int32(text) { return .literal(.int(Int64(whole)), .int4) }
        if let whole = Int64(text) { return .literal(.int(whole), .int8) }
        guard let value = Double(text) else { throw unexpected() }
        return .literal(.float(value), .numeric)
    }

    private mutating func bracketed() throws -> Expression {
        advance()
        if isNext("select") || isNext("with") {
            let query = try subquery()
            try expect(symbol: ")")
            return .scalar(query)
        }
        let values = try list { parser in try parser.expression() }
        try expect(symbol: ")")
        return values.count == 1 ? values[0] : .row(values)
    }

    /// What begins with a keyword; nil when `word` is a name.
    private mutating func special(_ word: String) throws -> Expression? {
        switch word {
        case "null", "true", "false":
            advance()
            return word == "null" ? .literal(.null, .unknown) : .literal(.bool(word == "true"), .bool)
        case "case": return try choice()
        case "exists":
            advance()
            try expect(symbol: "(")
            let query = try subquery()
            try expect(symbol: ")")
            return .exists(query)
        case "array" where peek(1) == .symbol("("):
            advance()
            try expect(symbol: "(")
            let query = try subquery()
            try expect(symbol: ")")
            return .gathered(query)
        case "interval":
            guard case .string(let text) = peek(1) else { return nil }
            advance()
            advance()
            return .literal(try Value(parsing: text, as: .interval), .interval)
        case "extract":
            advance()
            try expect(symbol: "(")
            let field = try name()
            try expect("from")
            let value = try expression()
            try expect(symbol: ")")
            return .extract(field, value)
        default: return nil
        }
    }

    private mutating func choice() throws -> Expression {
        try expect("case")
        var branches: [(condition: Expression, value: Expression)] = []
        while accept("when") {
            let condition = try expression()
            try expect("then")
            branches.append((condition, try expression()))
        }
        let otherwise = accept("else") ? try expression() : nil
        try expect("end")
        return .choice(branches, otherwise: otherwise)
    }

    private mutating func reference() throws -> Expression {
        let name = try name()
        if accept(symbol: ".") { return .column(name, try self.name()) }
        guard accept(symbol: "(") else { return .column(nil, name) }
        if name == "count", accept(symbol: "*") {
            try expect(symbol: ")")
            return .countAll
        }
        if accept(symbol: ")") { return .call(name, []) }
        let arguments = try list { parser in try parser.expression() }
        try expect(symbol: ")")
        return .call(name, arguments)
    }
}
