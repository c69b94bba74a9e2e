extension Parser {
    /// A query without WITH.
    mutating func query() throws -> Query {
        var body = try queryTerm()
        while accept("union") {
            let all = accept("all")
            body = .union(body, try queryTerm(), all: all)
        }
        var query = Query(body: body)
        while true {
            if accept("order", "by") {
                query.order = try list { parser in try parser.sortKey() }
            } else if accept("limit") {
                query.limit = try expression()
            } else if accept("for", "update") {
                query.lock = try rowLock()
            } else {
                return query
            }
        }
    }

    /// A query in brackets, perhaps with WITH.
    mutating func subquery() throws -> Query {
        guard case .query(let query) = try rows() else { throw unexpected() }
        return query
    }

    private mutating func sortKey() throws -> SortKey {
        let key = SortKey(expression: try expression())
        if accept("desc") { return SortKey(expression: key.expression, isDescending: true) }
        _ = accept("asc")
        return key
    }

    private mutating func rowLock() throws -> RowLock {
        var lock = RowLock()
        if accept("of") { lock.tables = try list { parser in try parser.name() } }
        lock.skipsLocked = accept("skip", "locked")
        return lock
    }

    private mutating func queryTerm() throws -> QueryBody {
        if accept("values") { return .values(try valueLists()) }
        try expect("select")
        return .select(try select())
    }

    private mutating func valueLists() throws -> [[Expression]] {
        try list { parser in
            try parser.expect(symbol: "(")
            let values = try parser.list { try $0.accept("default") ? .standard : $0.expression() }
            try parser.expect(symbol: ")")
            return values
        }
    }

    private mutating func select() throws -> Select {
        var select = Select()
        select.isDistinct = accept("distinct")
        if !isNext("from") { select.items = try selectItems() }
        if accept("from") { select.from = try list { parser in try parser.fromItem() } }
        if accept("where") { select.condition = try expression() }
        if accept("group", "by") { select.groups = try list { parser in try parser.expression() } }
        return select
    }

    mutating func selectItems() throws -> [SelectItem] {
        try list { parser in
            if parser.accept(symbol: "*") { return .all(nil) }
            if parser.peek(1) == .symbol("."), parser.peek(2) == .symbol("*") {
                let name = try parser.name()
                parser.advance()
                parser.advance()
                return .all(name)
            }
            let value = try parser.expression()
            let alias = parser.accept("as") ? try parser.name() : parser.acceptName()
            return .value(value, name: alias)
        }
    }

    mutating func fromItem() throws -> FromItem {
        var item = try fromTerm()
        while true {
            if accept("cross", "join") {
                item = .join(item, try fromTerm(), .none, isOuter: false)
            } else if accept("join") || accept("inner", "join") {
                item = .join(item, try fromTerm(), try joinCondition(), isOuter: false)
            } else if accept("left", "join") {
                item = .join(item, try fromTerm(), try joinCondition(), isOuter: true)
            } else {
                return item
            }
        }
    }

    private mutating func joinCondition() throws -> JoinCondition {
        if accept("using") { return .using(try names()) }
        try expect("on")
        return .on(try expression())
    }

    private mutating func fromTerm() throws -> FromItem {
        // An item may always look at those before it here, so LATERAL changes nothing.
        _ = accept("lateral")
        if accept(symbol: "(") {
            let query = try subquery()
            try expect(symbol: ")")
            _ = accept("as")
            let alias = try name()
            return .query(query, alias: alias, columns: peek() == .symbol("(") ? try names() : [])
        }
        if isNext("unnest"), peek(1) == .symbol("(") { return try unnest() }
        let table = try name()
        return .table(table, alias: accept("as") ? try name() : acceptName())
    }

    private mutating func unnest() throws -> FromItem {
        advance()
        advance()
        let arrays = try list { parser in try parser.expression() }
        try expect(symbol: ")")
        let ordinality = accept("with", "ordinality")
        let alias = accept("as") ? try name() : acceptName()
        let columns = alias != nil && peek() == .symbol("(") ? try names() : []
        return .unnest(arrays, ordinality: ordinality, alias: alias, columns: columns)
    }

    // MARK: changes

    mutating func change() throws -> Change {
        var change = try changeHead()
        if accept("where") { change.condition = try expression() }
        if accept("returning") { change.returning = try selectItems() }
        return change
    }

    private mutating func changeHead() throws -> Change {
        if accept("insert", "into") { return try insert() }
        if accept("update") {
            let (table, alias) = try target()
            try expect("set")
            var change = Change(table: table, alias: alias, kind: .update(try assignments()))
            if accept("from") { change.from = try list { parser in try parser.fromItem() } }
            return change
        }
        try expect("delete", "from")
        let (table, alias) = try target()
        var change = Change(table: table, alias: alias, kind: .delete)
        if accept("using") { change.from = try list { parser in try parser.fromItem() } }
        return change
    }

    private mutating func target() throws -> (String, String?) {
        let table = try name()
        return (table, accept("as") ? try name() : acceptName())
    }

    private mutating func insert() throws -> Change {
        let table = try name()
        let alias = accept("as") ? try name() : nil
        let columns = peek() == .symbol("(") ? try names() : []
        let source = try subquery()
        var rule: ConflictRule?
        if accept("on", "conflict") {
            var conflict = ConflictRule()
            if peek() == .symbol("(") { conflict.columns = try names() }
            try expect("do")
            if !accept("nothing") {
                try expect("update", "set")
                conflict.changes = try assignments()
                if accept("where") { conflict.condition = try expression() }
            }
            rule = conflict
        }
        return Change(
            table: table, alias: alias, kind: .insert(columns: columns, source: source, conflict: rule))
    }

    private mutating func assignments() throws -> [(column: String, value: Expression)] {
        try list { parser in
            let column = try parser.name()
            try parser.expect(symbol: "=")
            return (column, parser.accept("default") ? .standard : try parser.expression())
        }
    }
}
