/// How the relations of a scope are put together: one after the other, each row by an index where a condition allows
/// it, and each condition as soon as it can be told.
struct Join {
    /// How the rows of a relation are found.
    struct Step {
        var relation: Int
        var lookup: Lookup?
        /// Of a LEFT JOIN: under which conditions a row joins; without one that does, NULLs stand for it.
        var matching: [Evaluate]?
        var conditions: [Evaluate] = []
    }

    /// Rows of a table by an index.
    struct Lookup {
        var index: Index
        var keys: [Evaluate]
        /// The one key is an array of them.
        var isArray = false
    }

    private let steps: [Step]
    private let relations: [Scope.Relation]
    private let before: [Evaluate]

    init(steps: [Step], relations: [Scope.Relation], before: [Evaluate]) {
        (self.steps, self.relations, self.before) = (steps, relations, before)
    }

    /// An environment for its rows.
    func environment(_ run: Run, _ outer: Environment?) -> Environment {
        let width = relations.last.map { $0.offset + $0.columns.count } ?? 0
        return Environment(run, outer: outer, width: width, relations: relations.count)
    }

    /// Shows `environment` each joined row, until `body` says that it has enough.
    func each(_ environment: Environment, _ body: (Environment) throws -> Bool) throws {
        for condition in before where try !condition(environment).isTrue { return }
        _ = try each(from: 0, environment, body)
    }

    private func each(
        from position: Int, _ environment: Environment, _ body: (Environment) throws -> Bool
    ) throws -> Bool {
        guard position < steps.count else { return try body(environment) }
        let step = steps[position]
        let relation = relations[step.relation]
        var hasMatched = false
        func goOn() throws -> Bool {
            for condition in step.matching ?? [] where try !condition(environment).isTrue { return true }
            hasMatched = true
            for condition in step.conditions where try !condition(environment).isTrue { return true }
            return try each(from: position + 1, environment, body)
        }
        switch relation.source {
        case .rows(let rows):
            for row in try rows(environment) {
                environment.take(row, at: relation.offset)
                if try !goOn() { return false }
            }
        case .table(let table):
            let run = environment.run
            for row in try step.lookup.map({ try Self.rows($0, environment) }) ?? table.rows {
                guard let values = row.visible(to: run.transaction, command: run.command) else { continue }
                environment.take(values, at: relation.offset)
                environment.stored[step.relation] = row
                if try !goOn() { return false }
            }
        }
        if step.matching == nil || hasMatched { return true }
        environment.take(Array(repeating: .null, count: relation.columns.count), at: relation.offset)
        environment.stored[step.relation] = nil
        for condition in step.conditions where try !condition(environment).isTrue { return true }
        return try each(from: position + 1, environment, body)
    }

    private static func rows(_ lookup: Lookup, _ environment: Environment) throws -> [StoredRow] {
        let keys = try lookup.keys.map { try $0(environment) }
        guard lookup.isArray else { return keys.contains(where: \.isNull) ? [] : lookup.index.rows(keys) }
        guard case .array(let values) = keys[0] else { return [] }
        var seen: Set<Int> = []
        let rows = values.flatMap { lookup.index.rows([$0]) }.filter { seen.insert($0.number).inserted }
        return rows.sorted { $0.number < $1.number }
    }
}

extension Environment {
    func take(_ values: [Value], at offset: Int) {
        for position in values.indices { row[offset + position] = values[position] }
    }
}
