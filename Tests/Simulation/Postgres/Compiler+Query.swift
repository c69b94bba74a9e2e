/// A query that is ready to run.
struct QueryPlan {
    var columns: [Scope.Column]
    /// Its rows; the environment is that of the query around it.
    var rows: (Run, Environment?) throws -> [[Value]]
    /// The same row by row as they come, where that differs.
    var each: ((Run, Environment?, ([Value]) throws -> Void) throws -> Void)?
}

extension Compiler {
    /// A query, whose names are looked up in `scope`: a new one, whose outer scope is that of the query around it.
    func query(_ query: Query, _ scope: Scope) throws -> QueryPlan {
        let with = try common(query.with, scope)
        let plan: QueryPlan
        switch query.body {
        case .select(let select): plan = try self.select(select, query, scope)
        case .values(let rows):
            plan = try values(rows, scope)
            guard query.order.isEmpty, query.limit == nil else { throw unsupported("VALUES in an order") }
        case .union: plan = try sortedUnion(query, scope)
        }
        if query.with.isEmpty { return plan }
        return QueryPlan(columns: plan.columns) { run, outer in
            try with.around(run, outer) { try plan.rows(run, outer) }
        }
    }

    // MARK: SELECT

    /// What a select list or RETURNING gives.
    struct Output {
        var columns: [Scope.Column] = []
        var values: [Evaluate] = []

        func row(_ environment: Environment) throws -> [Value] { try values.map { try $0(environment) } }
    }

    func output(_ items: [SelectItem], _ scope: Scope) throws -> Output {
        var output = Output()
        for item in items {
            switch item {
            case .all(let name):
                let relations = scope.relations.filter { name == nil || $0.name == name }
                if relations.isEmpty { throw failure("42P01", "missing FROM-clause entry for \(name ?? "*")") }
                for relation in relations {
                    for (position, column) in relation.columns.enumerated() where name != nil || !column.isMerged {
                        let slot = relation.offset + position
                        output.columns.append(Scope.Column(name: column.name, type: column.type))
                        output.values.append { $0.row[slot] }
                    }
                }
            case .value(let expression, let name):
                let value = try compile(expression, scope)
                output.columns.append(Scope.Column(name: name ?? Self.name(of: expression), type: value.type))
                output.values.append(value.evaluate)
            }
        }
        return output
    }

    private static func name(of expression: Expression) -> String {
        switch expression {
        case .column(_, let name), .call(let name, _): name
        case .countAll: "count"
        case .cast(let value, let type):
            name(of: value) == "?column?" ? "\(type)" : name(of: value)
        case .choice: "case"
        case .exists: "exists"
        case .gathered: "array"
        case .extract: "extract"
        default: "?column?"
        }
    }

    private func select(_ select: Select, _ query: Query, _ scope: Scope) throws -> QueryPlan {
        var conditions = try select.from.flatMap { try add($0, to: scope) }
        if let condition = select.condition { conditions.append(condition) }
        let join = try join(conditions, scope)
        scope.aggregates = []
        let output = try output(select.items, scope)
        let aggregates = scope.aggregates ?? []
        scope.aggregates = nil
        let sorting = try sorting(query.order, output, scope)
        let limit = try query.limit.map { try compile($0, scope).evaluate }
        let locks = try query.lock.map { try locked($0, scope) }
        if select.isDistinct, locks != nil { throw unsupported("DISTINCT with locks") }
        if !aggregates.isEmpty || !select.groups.isEmpty {
            guard locks == nil, !select.isDistinct else { throw unsupported("groups with locks or DISTINCT") }
            let shape = GroupShape(
                join: join, keys: try select.groups.map { try compile($0, scope).evaluate }, aggregates: aggregates,
                output: output, sorting: sorting, limit: limit)
            return QueryPlan(columns: output.columns, rows: shape.rows)
        }
        let shape = SelectShape(
            join: join, output: output, sorting: sorting, limit: limit, locks: locks,
            skipsLocked: query.lock?.skipsLocked ?? false, isDistinct: select.isDistinct)
        return QueryPlan(columns: output.columns, rows: shape.rows, each: shape.each)
    }

    private func sorting(_ keys: [SortKey], _ output: Output, _ scope: Scope) throws -> [SelectShape.Key] {
        try keys.map { key in
            if case .column(nil, let name) = key.expression,
                let position = output.columns.firstIndex(where: { $0.name == name })
            {
                return SelectShape.Key(value: output.values[position], isDescending: key.isDescending)
            }
            return SelectShape.Key(
                value: try compile(key.expression, scope).evaluate, isDescending: key.isDescending)
        }
    }

    /// The relations whose rows are locked.
    private func locked(_ lock: RowLock, _ scope: Scope) throws -> [Int] {
        if lock.tables.isEmpty { return scope.relations.indices.filter { scope.relations[$0].table != nil } }
        return try lock.tables.map { name in
            guard let number = scope.relations.firstIndex(where: { $0.name == name && $0.table != nil }) else {
                throw failure("42P01", "relation \"\(name)\" in FOR UPDATE clause not found in FROM clause")
            }
            return number
        }
    }

    // MARK: VALUES and UNION

    private func values(_ rows: [[Expression]], _ scope: Scope) throws -> QueryPlan {
        let rows = try rows.map { try $0.map { try compile($0, scope) } }
        guard let first = rows.first, rows.allSatisfy({ $0.count == first.count }) else {
            throw failure("42601", "VALUES lists must all be the same length")
        }
        let columns = first.enumerated().map { Scope.Column(name: "column\($0 + 1)", type: $1.type) }
        guard rows.allSatisfy({ zip($0, columns).allSatisfy { $0.type == $1.type } }) else {
            throw unsupported("VALUES of different types")
        }
        return QueryPlan(columns: columns) { run, outer in
            let environment = Self.level(run, outer)
            return try rows.map { try $0.map { try $0.evaluate(environment) } }
        }
    }

    private func sortedUnion(_ query: Query, _ scope: Scope) throws -> QueryPlan {
        guard query.lock == nil, query.limit == nil else { throw unsupported("UNION with a limit or locks") }
        let plan = try union(query.body, scope)
        let keys = try query.order.map { key -> (Int, Bool) in
            guard case .column(nil, let name) = key.expression,
                let position = plan.columns.firstIndex(where: { $0.name == name })
            else { throw unsupported("such an order of a UNION") }
            return (position, key.isDescending)
        }
        return QueryPlan(columns: plan.columns) { run, outer in
            let rows = try plan.rows(run, outer)
            return stablySorted(rows, keys.map(\.1)) { row in keys.map { row[$0.0] } }
        }
    }

    private func union(_ body: QueryBody, _ scope: Scope) throws -> QueryPlan {
        guard case .union(let first, let second, let all) = body else {
            // Its own scope is one further in, where it looks at the same queries around it.
            return try query(Query(body: body), Scope(outer: scope))
        }
        let (left, right) = (try union(first, scope), try union(second, scope))
        guard left.columns.map(\.type) == right.columns.map(\.type) else { throw unsupported("a UNION of other types") }
        return QueryPlan(columns: left.columns) { run, outer in
            let outer = Self.level(run, outer)
            let rows = try left.rows(run, outer) + right.rows(run, outer)
            return all ? rows : distinct(rows)
        }
    }
}
