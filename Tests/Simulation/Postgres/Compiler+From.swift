extension Compiler {
    /// Adds the relations of FROM to the scope and gives the conditions that stand with them.
    func add(_ item: FromItem, to scope: Scope) throws -> [Expression] {
        switch item {
        case .table(let name, let alias):
            try addTable(name, as: alias ?? name, to: scope)
            return []
        case .unnest(let arrays, let ordinality, let alias, let columns):
            try addUnnest(arrays, ordinality, alias, columns, to: scope)
            return []
        case .query(let query, let alias, let columns):
            let inner = Scope(outer: scope)
            let plan = try self.query(query, inner)
            let named = try renamed(plan.columns, columns)
            scope.add(alias, named, .rows { try plan.rows($0.run, $0) })
            return []
        case .join(let left, let right, let condition, let isOuter):
            let first = try add(left, to: scope)
            let boundary = scope.relations.count
            let second = try add(right, to: scope)
            let own = try joined(condition, boundary, scope)
            guard isOuter else { return first + second + own }
            guard scope.relations.count == boundary + 1 else { throw unsupported("LEFT JOIN of several relations") }
            scope.optional[boundary] = own
            return first
        }
    }

    private func addTable(_ name: String, as alias: String, to scope: Scope) throws {
        if let common = scope.table(name) {
            // What it holds changes from round to round, so nothing around it may be kept.
            if common.isRecursive { scope.isCorrelated = true }
            let place = common.place
            scope.add(alias, common.columns, .rows { try $0.run.table(place) })
        } else {
            let table = try database.table(name)
            scope.add(alias, columns(of: table), .table(table))
        }
    }

    func columns(of table: Table) -> [Scope.Column] {
        table.columns.map { Scope.Column(name: $0.name, type: $0.type) }
    }

    func renamed(_ columns: [Scope.Column], _ names: [String]) throws -> [Scope.Column] {
        guard names.count <= columns.count else { throw failure("42P10", "too many column names") }
        return columns.enumerated().map { position, column in
            Scope.Column(name: position < names.count ? names[position] : column.name, type: column.type)
        }
    }

    private func addUnnest(
        _ arrays: [Expression], _ ordinality: Bool, _ alias: String?, _ names: [String], to scope: Scope
    ) throws {
        let arrays = try arrays.map { try compile($0, scope) }
        var columns = try arrays.map { array in
            guard case .array(let element) = array.type else { throw failure("42883", "unnest of \(array.type)") }
            return Scope.Column(name: arrays.count == 1 ? alias ?? "unnest" : "unnest", type: element)
        }
        if ordinality { columns.append(Scope.Column(name: "ordinality", type: .int8)) }
        scope.add(
            alias ?? "unnest", try renamed(columns, names),
            .rows { environment in
                let lists = try arrays.map { array -> [Value] in
                    if case .array(let values) = try array.evaluate(environment) { values } else { [] }
                }
                return (0..<(lists.map(\.count).max() ?? 0)).map { row in
                    let values = lists.map { row < $0.count ? $0[row] : .null }
                    return ordinality ? values + [.int(Int64(row + 1))] : values
                }
            })
    }

    private func joined(_ condition: JoinCondition, _ boundary: Int, _ scope: Scope) throws -> [Expression] {
        switch condition {
        case .none: return []
        case .on(let expression): return [expression]
        case .using(let columns):
            let last = scope.relations.count - 1
            guard boundary == last else { throw unsupported("USING with several relations on the right") }
            return try columns.map { column in
                let left = scope.relations[..<boundary].last { relation in
                    relation.columns.contains { $0.name == column && !$0.isMerged }
                }
                guard let left else { throw failure("42703", "column \"\(column)\" is not on the left") }
                scope.merge(column, of: last)
                return .operation("=", .column(left.name, column), .column(scope.relations[last].name, column))
            }
        }
    }

    // MARK: order of joining

    /// A condition, and the relations that it looks at.
    private struct Conjunct {
        var expression: Expression
        var test: Evaluate
        var relations: Set<Int>
    }

    /// How the scope's relations are joined under these conditions.
    func join(_ conditions: [Expression], _ scope: Scope) throws -> Join {
        var rest = try conjuncts(conditions, scope)
        func take(_ placed: Set<Int>) -> [Evaluate] {
            defer { rest.removeAll { $0.relations.isSubset(of: placed) } }
            return rest.filter { $0.relations.isSubset(of: placed) }.map(\.test)
        }
        var placed: Set<Int> = []
        let before = take(placed)
        // Lists first: then the rows of tables can be looked up by them.
        let numbers = scope.relations.indices
        let order =
            scope.optional.isEmpty
            ? numbers.filter { scope.relations[$0].table == nil } + numbers.filter { scope.relations[$0].table != nil }
            : Array(numbers)
        let steps = try order.map { number in
            let own = try scope.optional[number].map { try conjuncts($0, scope) }
            let lookup = try lookup(number, own ?? rest, placed, scope)
            placed.insert(number)
            guard own?.allSatisfy({ $0.relations.isSubset(of: placed) }) ?? true else {
                throw unsupported("LEFT JOIN on what comes behind it")
            }
            return Join.Step(
                relation: number, lookup: lookup, matching: own?.map(\.test), conditions: take(placed))
        }
        return Join(steps: steps, relations: scope.relations, before: before)
    }

    private func conjuncts(_ conditions: [Expression], _ scope: Scope) throws -> [Conjunct] {
        try conditions.flatMap(Self.conjuncts).map { expression in
            scope.touched = []
            let test = try condition(expression, scope)
            return Conjunct(expression: expression, test: test, relations: scope.touched)
        }
    }

    private static func conjuncts(_ expression: Expression) -> [Expression] {
        switch expression {
        case .operation("and", let left, let right): conjuncts(left) + conjuncts(right)
        case .operation("=", .row(let left), .row(let right)) where left.count == right.count:
            zip(left, right).map { .operation("=", $0, $1) }
        default: [expression]
        }
    }

    private func lookup(
        _ number: Int, _ conjuncts: [Conjunct], _ placed: Set<Int>, _ scope: Scope
    ) throws -> Join.Lookup? {
        guard let table = scope.relations[number].table else { return nil }
        var equal: [Int: Evaluate] = [:]
        var listed: (column: Int, keys: Evaluate)?
        for conjunct in conjuncts where conjunct.relations.isSubset(of: placed.union([number])) {
            switch conjunct.expression {
            case .operation("=", let left, let right):
                for (side, other) in [(left, right), (right, left)] {
                    guard let column = try column(side, of: number, scope) else { continue }
                    if let key = try key(other, table.columns[column].type, placed, scope) { equal[column] = key }
                }
            case .quantified("=", let side, let array, all: false):
                guard let column = try column(side, of: number, scope),
                    let keys = try key(array, .array(table.columns[column].type), placed, scope)
                else { continue }
                listed = (column, keys)
            default: continue
            }
        }
        let covered = table.indexes.map { Array($0.columns.prefix { equal[$0] != nil }) }
        if let best = covered.max(by: { $0.count < $1.count }), !best.isEmpty {
            return Join.Lookup(index: table.index(over: best), keys: best.map { equal[$0]! })
        }
        guard let listed, table.indexes.contains(where: { $0.columns.first == listed.column }) else { return nil }
        return Join.Lookup(index: table.index(over: [listed.column]), keys: [listed.keys], isArray: true)
    }

    /// The column of the relation that an expression is; nil when it is none.
    private func column(_ expression: Expression, of relation: Int, _ scope: Scope) throws -> Int? {
        guard case .column(let qualifier, let name) = expression, let found = try scope.own(qualifier, name),
            found.relation == relation
        else { return nil }
        return found.slot - scope.relations[relation].offset
    }

    /// What a column is compared with, when it is known before the relation's rows are and of the column's kind.
    private func key(_ expression: Expression, _ type: ValueType, _ placed: Set<Int>, _ scope: Scope) throws
        -> Evaluate?
    {
        scope.touched = []
        var key = try compile(expression, scope)
        guard scope.touched.isSubset(of: placed) else { return nil }
        if key.type == .unknown { key = try key.coerced(to: type) }
        if key.type.isInteger && type.isInteger { return key.evaluate }
        if case .array(let element) = key.type, case .array(let own) = type, element.isInteger && own.isInteger {
            return key.evaluate
        }
        return key.type == type && type != .float8 ? key.evaluate : nil
    }
}
