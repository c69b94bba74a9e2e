extension Compiler {
    /// A query within an expression: its columns, and how to get its answer; asked once in a run when it looks at
    /// nothing around it.
    func subquery(_ query: Query, _ scope: Scope) throws -> (
        columns: [Scope.Column], answer: (Environment) throws -> Answer
    ) {
        let inner = Scope(outer: scope)
        let plan = try self.query(query, inner)
        if inner.isCorrelated { return (plan.columns, { Answer(try plan.rows($0.run, $0)) }) }
        let place = place()
        return (
            plan.columns,
            { environment in
                if let known = environment.run.answers[place] { return known }
                let answer = Answer(try plan.rows(environment.run, environment))
                environment.run.answers[place] = answer
                return answer
            }
        )
    }

    func scalar(_ query: Query, _ scope: Scope) throws -> Compiled {
        let (columns, answer) = try subquery(query, scope)
        guard columns.count == 1 else { throw failure("42601", "subquery must return only one column") }
        return Compiled(columns[0].type) { environment in
            let rows = try answer(environment).rows
            if rows.count > 1 { throw failure("21000", "more than one row returned by a subquery") }
            return rows.first?[0] ?? .null
        }
    }

    func array(_ query: Query, _ scope: Scope) throws -> Compiled {
        let (columns, answer) = try subquery(query, scope)
        guard columns.count == 1 else { throw failure("42601", "subquery must return only one column") }
        return Compiled(.array(columns[0].type)) { .array(try answer($0).rows.map { $0[0] }) }
    }

    func membership(_ value: Expression, _ query: Query, _ scope: Scope) throws -> Compiled {
        let (columns, answer) = try subquery(query, scope)
        let parts: [Expression] = if case .row(let parts) = value { parts } else { [value] }
        guard parts.count == columns.count else { throw failure("42601", "subquery has too few or too many columns") }
        let values = try zip(parts, columns).map { try alike(try compile($0, scope), Compiled($1.type, .null)).0 }
        return Compiled(.bool) { environment in
            let answer = try answer(environment)
            let values = try values.map { try $0.evaluate(environment) }
            let key: Value = values.count == 1 ? values[0] : .row(values)
            if !values.contains(where: \.isNull) {
                if answer.set.contains(key) { return .bool(true) }
                if !answer.hasNull { return .bool(false) }
            }
            // NULL somewhere: not in the list only if it differs from each of it for sure.
            let equal = answer.rows.map { Value.equal(key, $0.count == 1 ? $0[0] : .row($0)) }
            if equal.contains(true) { return .bool(true) }
            return equal.contains(nil) ? .null : .bool(false)
        }
    }
}
