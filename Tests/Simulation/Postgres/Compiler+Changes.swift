/// A change that is ready to run.
struct ChangePlan {
    /// Of RETURNING.
    var columns: [Scope.Column]
    var run: (Run, Environment?) throws -> Touched
}

/// What a change did.
struct Touched {
    var count = 0
    var rows: [[Value]] = []
}

extension Compiler {
    func change(_ change: Change, _ scope: Scope) throws -> ChangePlan {
        let with = try common(change.with, scope)
        let table = try database.table(change.table)
        let plan: ChangePlan
        switch change.kind {
        case .insert(let columns, let source, let conflict):
            plan = try insert(change, table, columns, source, conflict, scope)
        case .update(let assignments): plan = try update(change, table, assignments, scope)
        case .delete: plan = try delete(change, table, scope)
        }
        let command = change.kind.command
        return ChangePlan(columns: plan.columns) { run, outer in
            if let message = table.refusals[command] { throw failure("P0001", message) }
            return try with.around(run, outer) { try plan.run(run, outer) }
        }
    }

    // MARK: INSERT

    private func insert(
        _ change: Change, _ table: Table, _ names: [String], _ source: Query, _ rule: ConflictRule?, _ scope: Scope
    ) throws -> ChangePlan {
        let names = names.isEmpty ? table.columns.map(\.name) : names
        let positions = try names.map { try table.position($0) }
        if let identity = positions.first(where: { table.columns[$0].isIdentity && !table.columns[$0].takesNumbers }) {
            throw failure("428C9", "cannot insert a non-DEFAULT value into column \"\(table.columns[identity].name)\"")
        }
        let each = try assigned(source, positions.map { table.columns[$0].type }, Scope(outer: scope))
        let defaults = try table.columns.map { column in
            try column.standard.map { try compile($0, Scope(outer: nil)).assigned(to: column.type).evaluate }
        }
        let target = Scope(outer: scope)
        target.add(change.alias ?? table.name, columns(of: table), .table(table))
        let output = try self.output(change.returning ?? [], target)
        let conflict = try rule.map { try self.conflict($0, change.alias ?? table.name, table, scope) }
        return ChangePlan(columns: output.columns) { run, outer in
            var touched = Touched()
            let level = Environment(run, outer: outer, width: 0, relations: 0)
            let environment = Environment(run, outer: level, width: table.columns.count, relations: 1)
            // Row by row: what is wrong with one shows when those before it are in.
            try each(run, level) { given in
                var values = [Value](repeating: .null, count: table.columns.count)
                for (position, value) in zip(positions, given) { values[position] = value }
                for (position, column) in table.columns.enumerated() where !positions.contains(position) {
                    if column.isIdentity { values[position] = .int(table.nextIdentity()) }
                    if let standard = defaults[position] { values[position] = try standard(environment) }
                }
                guard let stored = try table.insert(values, conflict, environment) else { return }
                touched.count += 1
                if !output.values.isEmpty {
                    environment.row = stored
                    touched.rows.append(try output.row(environment))
                }
            }
            return touched
        }
    }

    /// A query whose columns are stored in columns of these types; literals take their type from there.
    private func assigned(
        _ source: Query, _ types: [ValueType], _ scope: Scope
    ) throws -> (Run, Environment?, ([Value]) throws -> Void) throws -> Void {
        if case .values(let rows) = source.body {
            let rows = try rows.map { row in
                guard row.count == types.count else { throw failure("42601", "INSERT has more or fewer values") }
                return try zip(row, types).map { try compile($0, scope).assigned(to: $1).evaluate }
            }
            return { run, outer, body in
                let environment = Self.level(run, outer)
                for row in rows { try body(try row.map { try $0(environment) }) }
            }
        }
        let plan = try query(source, scope)
        guard plan.columns.count == types.count else { throw failure("42601", "INSERT has more or fewer expressions") }
        let stores = try zip(plan.columns, types).enumerated().map { position, pair in
            try Compiled(pair.0.type) { $0.row[position] }.assigned(to: pair.1).evaluate
        }
        return { run, outer, body in
            let environment = Environment(run, width: 0, relations: 0)
            func store(_ row: [Value]) throws {
                environment.row = row
                try body(try stores.map { try $0(environment) })
            }
            if let each = plan.each { try each(run, outer, store) } else { try plan.rows(run, outer).forEach(store) }
        }
    }

    private func conflict(_ rule: ConflictRule, _ name: String, _ table: Table, _ scope: Scope) throws -> Conflict {
        let columns = Set(try rule.columns.map { try table.position($0) })
        let keys = table.keys.indices.filter { columns.isEmpty || Set(table.keys[$0].columns) == columns }
        if !columns.isEmpty, keys.isEmpty {
            throw failure("42P10", "there is no unique constraint matching the ON CONFLICT specification")
        }
        guard !rule.changes.isEmpty else { return Conflict(keys: keys) }
        let both = Scope(outer: scope)
        both.add(name, self.columns(of: table), .table(table))
        both.add("excluded", self.columns(of: table), .table(table))
        return Conflict(
            keys: keys, changes: try assignments(rule.changes, table, both),
            condition: try rule.condition.map { try condition($0, both) })
    }

    private func assignments(
        _ changes: [(column: String, value: Expression)], _ table: Table, _ scope: Scope
    ) throws -> [Assignment] {
        try changes.map { change in
            let position = try table.position(change.column)
            let type = table.columns[position].type
            return Assignment(
                column: position, value: try compile(change.value, scope).assigned(to: type).evaluate)
        }
    }

    // MARK: UPDATE and DELETE

    /// The rows of a table that a change is about, with what stands beside each; each row once.
    private func targets(
        _ change: Change, _ table: Table, _ scope: Scope
    ) throws -> (Run, Environment?) throws -> (Environment, [(stored: StoredRow, row: [Value])]) {
        scope.add(change.alias ?? table.name, columns(of: table), .table(table))
        var conditions = try change.from.flatMap { try add($0, to: scope) }
        if let condition = change.condition { conditions.append(condition) }
        let join = try join(conditions, scope)
        return { run, outer in
            let environment = join.environment(run, outer)
            var found: [(stored: StoredRow, row: [Value])] = []
            var seen: Set<Int> = []
            try join.each(environment) { environment in
                guard let stored = environment.stored[0], seen.insert(stored.number).inserted else { return true }
                found.append((stored, environment.row))
                return true
            }
            return (environment, found)
        }
    }

    private func update(
        _ change: Change, _ table: Table, _ changes: [(column: String, value: Expression)], _ scope: Scope
    ) throws -> ChangePlan {
        let targets = try targets(change, table, scope)
        let assignments = try assignments(changes, table, scope)
        let output = try self.output(change.returning ?? [], scope)
        return ChangePlan(columns: output.columns) { run, outer in
            let (environment, found) = try targets(run, outer)
            var touched = Touched()
            for (stored, row) in found {
                // What this very statement has changed already stays as it is.
                if stored.isTouched(by: run) { continue }
                environment.row = row
                var values = Array(row.prefix(table.columns.count))
                for change in assignments { values[change.column] = try change.value(environment) }
                try table.update(stored, values, environment)
                touched.count += 1
                if !output.values.isEmpty {
                    environment.row = row
                    environment.take(values, at: 0)
                    touched.rows.append(try output.row(environment))
                }
            }
            return touched
        }
    }

    private func delete(_ change: Change, _ table: Table, _ scope: Scope) throws -> ChangePlan {
        let targets = try targets(change, table, scope)
        let output = try self.output(change.returning ?? [], scope)
        return ChangePlan(columns: output.columns) { run, outer in
            let (environment, found) = try targets(run, outer)
            var touched = Touched()
            for (stored, row) in found where !stored.isTouched(by: run) {
                if stored.isHeld(against: run.transaction) { throw lockNotAvailable() }
                table.write(nil, to: stored, by: run.transaction, command: run.command)
                touched.count += 1
                environment.row = row
                if !output.values.isEmpty { touched.rows.append(try output.row(environment)) }
            }
            return touched
        }
    }
}

extension Change.Kind {
    var command: String {
        switch self {
        case .insert: "insert"
        case .update: "update"
        case .delete: "delete"
        }
    }
}

extension StoredRow {
    /// Whether the statement has written it.
    func isTouched(by run: Run) -> Bool { pending?.transaction === run.transaction && pending?.command == run.command }
}
