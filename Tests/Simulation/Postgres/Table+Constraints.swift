import Postgres

/// A column's new value.
struct Assignment {
    var column: Int
    var value: Evaluate
}

/// ON CONFLICT, ready to run.
struct Conflict {
    /// The keys that it is about, by their place in the table.
    var keys: [Int]
    /// Empty: DO NOTHING.
    var changes: [Assignment] = []
    var condition: Evaluate?
}

extension Table {
    /// Adds a row, or does what `conflict` says when its key is taken. Gives the row as it stands then; nil when
    /// nothing was done.
    func insert(_ values: [Value], _ conflict: Conflict?, _ environment: Environment) throws -> [Value]? {
        let run = environment.run
        try check(values, environment)
        if let conflict {
            for position in conflict.keys {
                guard let other = try taken(keys[position], values, nil, environment) else { continue }
                return try resolve(conflict, values, other, environment)
            }
        }
        for key in keys {
            if try taken(key, values, nil, environment) != nil { throw duplicate(key) }
        }
        insert(values, by: run.transaction, command: run.command)
        return values
    }

    private func resolve(
        _ conflict: Conflict, _ values: [Value], _ other: StoredRow, _ environment: Environment
    ) throws -> [Value]? {
        let run = environment.run
        guard !conflict.changes.isEmpty, let standing = other.latest(for: run.transaction) else { return nil }
        if other.isTouched(by: run) { throw failure("21000", "ON CONFLICT DO UPDATE cannot affect row a second time") }
        if other.isHeld(against: run.transaction) { throw lockNotAvailable() }
        run.transaction.lock(other)
        let both = Environment(run, outer: environment.outer, width: 2 * columns.count, relations: 2)
        both.row = standing + values
        if let condition = conflict.condition, try !condition(both).isTrue { return nil }
        var changed = standing
        for change in conflict.changes { changed[change.column] = try change.value(both) }
        try update(other, changed, environment)
        return changed
    }

    /// Gives a row new values.
    func update(_ row: StoredRow, _ values: [Value], _ environment: Environment) throws {
        let run = environment.run
        try check(values, environment)
        if row.isHeld(against: run.transaction) { throw lockNotAvailable() }
        for key in keys {
            if try taken(key, values, row, environment) != nil { throw duplicate(key) }
        }
        write(values, to: row, by: run.transaction, command: run.command)
    }

    private func duplicate(_ key: Key) -> PostgresError {
        failure("23505", "duplicate key value violates unique constraint \"\(key.name)\"", constraint: key.name)
    }

    private func check(_ values: [Value], _ environment: Environment) throws {
        for (column, value) in zip(columns, values) where column.isRequired && value.isNull {
            throw failure("23502", "null value in column \"\(column.name)\" violates not-null constraint")
        }
        guard !checks.isEmpty else { return }
        let environment = Environment(environment.run, width: 0, relations: 0)
        environment.row = values
        // In the order of their names, as the server does.
        for check in checks.sorted(by: { $0.name < $1.name }) {
            if case .bool(false) = try check.holds(environment) {
                throw failure("23514", "new row violates check constraint \"\(check.name)\"", constraint: check.name)
            }
        }
    }

    /// The row, other than `own`, that has the key of `values`. Throws when it depends on how another transaction ends.
    private func taken(
        _ key: Key, _ values: [Value], _ own: StoredRow?, _ environment: Environment
    ) throws -> StoredRow? {
        let wanted = key.columns.map { values[$0] }
        if wanted.contains(where: \.isNull) { return nil }
        func has(_ version: [Value]?) throws -> Bool {
            guard let version, key.columns.map({ version[$0] }) == wanted else { return false }
            return try counts(key, version, environment.run)
        }
        guard try counts(key, values, environment.run) else { return nil }
        for row in key.index.rows(wanted) where row !== own {
            if let pending = row.pending, pending.transaction !== environment.run.transaction {
                let versions = [row.committed, pending.values].compacted() + pending.former
                if try versions.contains(where: has) { throw lockNotAvailable() }
            } else if try has(row.latest(for: environment.run.transaction)) {
                return row
            }
        }
        return nil
    }

    private func counts(_ key: Key, _ values: [Value], _ run: Run) throws -> Bool {
        guard let counts = key.counts else { return true }
        let environment = Environment(run, width: 0, relations: 0)
        environment.row = values
        return try counts(environment).isTrue
    }
}
