import Postgres

extension Database {
    /// Changes the schema. That takes effect at once and is not undone with the transaction.
    func define(_ definition: Definition, _ transaction: Transaction) throws {
        switch definition {
        case .schema(let name):
            let run = Run(self, transaction, [])
            try table("pg_namespace").insert([.text(name)], by: transaction, command: run.command)
        case .table(let name, let elements, let isQuiet):
            if tables[name] != nil {
                if isQuiet { return }
                throw failure("42P07", "relation \"\(name)\" already exists")
            }
            let table = Table(name: name, columns: [])
            for element in elements { try add(element, to: table, transaction) }
            add(table)
        case .index(let name, let table, let columns, let isUnique, let condition):
            try index(name, try self.table(table), columns, isUnique, condition)
        case .noIndex(let name):
            // Lookups may go on by it: it never decides what is found.
            if tables.values.contains(where: { table in table.keys.contains { $0.name == name } }) {
                throw unsupported("DROP INDEX of a unique one")
            }
        case .alter(let name, let alterations):
            let table = try table(name)
            for alteration in alterations { try alter(table, alteration, transaction) }
        case .refusal(let name, let message): refusals[name] = message
        case .trigger(let events, let table, let function):
            guard let message = refusals[function] else { throw unsupported("the function \(function)") }
            for event in events { try self.table(table).refusals[event] = message }
        case .guarded(let query, let message):
            let plan = try Compiler(self).query(query, Scope(outer: nil))
            if try !plan.rows(Run(self, transaction, []), nil).isEmpty { throw failure("P0001", message) }
        }
        hasChanged()
    }

    private func add(_ element: TableElement, to table: Table, _ transaction: Transaction) throws {
        switch element {
        case .column(let column):
            let standard = try column.standard.map {
                try Compiler(self).compile($0, Scope(outer: nil)).assigned(to: column.type).evaluate
            }
            let run = Run(self, transaction, [])
            let value = try standard?(Environment(run, width: 0, relations: 0)) ?? .null
            if column.isRequired, value.isNull, !column.isIdentity, !table.rows.isEmpty {
                throw failure("23502", "column \"\(column.name)\" contains null values")
            }
            table.columns.append(
                Table.Column(
                    name: column.name, type: column.type, isRequired: column.isRequired,
                    isIdentity: column.isIdentity, standard: column.standard))
            table.rewrite { $0 + [value] }
            for constraint in column.constraints { try add(constraint, to: table, transaction) }
        case .key(let names, let isPrimary, let name):
            let positions = try names.map { try table.position($0) }
            if isPrimary { for position in positions { table.columns[position].isRequired = true } }
            let standard = isPrimary ? "\(table.name)_pkey" : "\(table.name)_\(names.joined(separator: "_"))_key"
            table.keys.append(
                Table.Key(name: name ?? standard, columns: positions, index: table.index(over: positions)))
        case .check(let expression, let name):
            let named = name ?? table.freeName(expression.columns)
            table.checks.append(Table.Check(name: named, expression: expression, holds: { _ in .null }))
            try bindChecks(table)
        }
    }

    /// The names in conditions stand for places, which change with the columns.
    private func bindChecks(_ table: Table) throws {
        let scope = Scope(outer: nil)
        let compiler = Compiler(self)
        scope.add(table.name, compiler.columns(of: table), .table(table))
        for position in table.checks.indices {
            table.checks[position].holds = try compiler.condition(table.checks[position].expression, scope)
        }
    }

    private func index(
        _ name: String, _ table: Table, _ columns: [String], _ isUnique: Bool, _ condition: Expression?
    ) throws {
        let positions = try columns.map { try table.position($0) }
        let index = table.index(over: positions)
        guard isUnique else { return }
        let compiler = Compiler(self)
        let scope = Scope(outer: nil)
        scope.add(table.name, compiler.columns(of: table), .table(table))
        let counts = try condition.map { try compiler.condition($0, scope) }
        table.keys.append(Table.Key(name: name, columns: positions, counts: counts, index: index))
    }

    private func alter(_ table: Table, _ alteration: Alteration, _ transaction: Transaction) throws {
        switch alteration {
        case .add(let element):
            try add(element, to: table, transaction)
            try bindChecks(table)
        case .dropConstraint(let name):
            guard table.checks.contains(where: { $0.name == name }) else {
                throw unsupported("dropping the constraint \(name)")
            }
            table.checks.removeAll { $0.name == name }
        case .numberByDefault(let name): table.columns[try table.position(name)].takesNumbers = true
        case .dropColumn(let name):
            let position = try table.position(name)
            guard !table.indexes.contains(where: { $0.columns.contains { $0 >= position } }) else {
                throw unsupported("dropping a column before or in an index")
            }
            table.columns.remove(at: position)
            table.rewrite { values in
                var values = values
                values.remove(at: position)
                return values
            }
            try bindChecks(table)
        case .nothing: break
        }
    }
}

extension Table {
    /// As the server names a check: after its column, when it looks at one only.
    fileprivate func freeName(_ columns: Set<String>) -> String {
        let base = columns.count == 1 ? "\(name)_\(columns.first!)_check" : "\(name)_check"
        let taken = Set(checks.map(\.name))
        if !taken.contains(base) { return base }
        return (1...).lazy.map { "\(base)\($0)" }.first { !taken.contains($0) }!
    }
}

extension Expression {
    /// The columns that it names.
    fileprivate var columns: Set<String> {
        switch self {
        case .column(_, let name): [name]
        case .literal, .parameter, .countAll, .standard, .exists, .scalar, .gathered: []
        case .row(let values), .call(_, let values): Set(values.flatMap(\.columns))
        case .not(let value), .negative(let value), .isNull(let value), .cast(let value, _), .extract(_, let value),
            .inQuery(let value, _):
            value.columns
        case .operation(_, let left, let right), .quantified(_, let left, let right, _):
            left.columns.union(right.columns)
        case .in(let value, let list): value.columns.union(list.flatMap(\.columns))
        case .choice(let branches, let otherwise):
            Set((branches.flatMap { [$0.condition, $0.value] } + [otherwise].compacted()).flatMap(\.columns))
        }
    }
}
