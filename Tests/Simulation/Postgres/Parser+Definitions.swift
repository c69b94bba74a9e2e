extension Parser {
    mutating func definition() throws -> Definition {
        if accept("create", "schema") {
            _ = accept("if", "not", "exists")
            return .schema(try name())
        }
        if accept("create", "table") { return try table() }
        if accept("create", "index") { return try index(isUnique: false) }
        if accept("create", "unique", "index") { return try index(isUnique: true) }
        if accept("drop", "index") { return .noIndex(try name()) }
        if accept("create", "function") { return try function() }
        if accept("create", "trigger") { return try trigger() }
        if accept("do") { return try guarded() }
        try expect("alter", "table")
        let table = try name()
        return .alter(table, try list { parser in try parser.alteration() })
    }

    private mutating func table() throws -> Definition {
        let isQuiet = accept("if", "not", "exists")
        let table = try name()
        try expect(symbol: "(")
        let elements = try list { parser in try parser.element() }
        try expect(symbol: ")")
        if accept("with") { try skipBrackets() }
        return .table(table, elements, isQuiet: isQuiet)
    }

    private mutating func skipBrackets() throws {
        try expect(symbol: "(")
        while !accept(symbol: ")") {
            if isAtEnd { throw unexpected() }
            advance()
        }
    }

    private mutating func element() throws -> TableElement {
        let constraint = accept("constraint") ? try name() : nil
        if let element = try constraintElement(constraint) { return element }
        return .column(try column())
    }

    private mutating func constraintElement(_ name: String?) throws -> TableElement? {
        if accept("primary", "key") { return .key(try names(), isPrimary: true, name: name) }
        if isNext("unique"), peek(1) == .symbol("(") {
            advance()
            return .key(try names(), isPrimary: false, name: name)
        }
        guard isNext("check"), peek(1) == .symbol("(") else { return nil }
        return .check(try checked(), name: name)
    }

    private mutating func checked() throws -> Expression {
        advance()
        try expect(symbol: "(")
        let condition = try expression()
        try expect(symbol: ")")
        return condition
    }

    private mutating func column() throws -> ColumnDefinition {
        let name = try name()
        var column = ColumnDefinition(name: name, type: try type())
        while true {
            if accept("not", "null") {
                column.isRequired = true
            } else if accept("null") {
            } else if accept("default") {
                column.standard = try expression()
            } else if accept("generated", "always", "as", "identity") {
                (column.isIdentity, column.isRequired) = (true, true)
            } else if accept("primary", "key") {
                column.constraints.append(.key([name], isPrimary: true, name: nil))
            } else if accept("unique") {
                column.constraints.append(.key([name], isPrimary: false, name: nil))
            } else if isNext("check") {
                column.constraints.append(.check(try checked(), name: nil))
            } else {
                return column
            }
        }
    }

    private mutating func index(isUnique: Bool) throws -> Definition {
        _ = accept("if", "not", "exists")
        let name = try name()
        try expect("on")
        let table = try self.name()
        try expect(symbol: "(")
        let columns = try list { parser in
            let column = try parser.name()
            if !parser.accept("desc") { _ = parser.accept("asc") }
            return column
        }
        try expect(symbol: ")")
        let condition = accept("where") ? try expression() : nil
        return .index(name, table: table, columns: columns, isUnique: isUnique, condition: condition)
    }

    private mutating func alteration() throws -> Alteration {
        if accept("add", "constraint") {
            let name = try name()
            guard let element = try constraintElement(name) else { throw unexpected() }
            return .add(element)
        }
        if accept("add") {
            _ = accept("column")
            return .add(.column(try column()))
        }
        if accept("drop", "constraint") { return .dropConstraint(try name()) }
        if accept("drop") {
            _ = accept("column")
            return .dropColumn(try name())
        }
        if accept("set") {
            try skipBrackets()
            return .nothing
        }
        try expect("alter")
        _ = accept("column")
        let column = try name()
        if accept("set", "generated", "by", "default") { return .numberByDefault(column) }
        try expect("set", "storage")
        _ = try name()
        return .nothing
    }

    /// Only a trigger's function that does nothing but refuse.
    private mutating func function() throws -> Definition {
        let name = try name()
        try expect(symbol: "(")
        try expect(symbol: ")")
        try expect("returns", "trigger", "language", "plpgsql", "as")
        var body = try Parser.body(try string())
        try body.expect("begin")
        return .refusal(name, message: try body.raise())
    }

    private mutating func trigger() throws -> Definition {
        _ = try name()
        try expect("before")
        var events: [String] = []
        repeat {
            guard case .word(let event) = peek() else { throw unexpected() }
            advance()
            events.append(event)
        } while accept("or")
        try expect("on")
        let table = try name()
        try expect("for", "each", "statement", "execute", "function")
        let function = try name()
        try expect(symbol: "(")
        try expect(symbol: ")")
        return .trigger(events: events, table: table, function: function)
    }

    /// Only `BEGIN IF EXISTS (…) THEN RAISE EXCEPTION …; END IF; END`.
    private mutating func guarded() throws -> Definition {
        var body = try Parser.body(try string())
        try body.expect("begin", "if", "exists")
        try body.expect(symbol: "(")
        let query = try body.subquery()
        try body.expect(symbol: ")")
        try body.expect("then")
        return .guarded(query, message: try body.raise())
    }

    private mutating func raise() throws -> String {
        try expect("raise", "exception")
        return try string()
    }
}
