/// The entries of a WITH, ready to run.
struct CommonTables {
    struct Entry {
        var place: Int
        /// A change runs even when nobody looks at what it gives.
        var isChange: Bool
        var work: (Run, Environment?) throws -> Void
    }

    var entries: [Entry] = []

    /// Runs `body`, with the entries at hand: each runs when it is first looked at. Changes that nobody looks at run
    /// behind it, the last first, as the server has it.
    func around<Result>(_ run: Run, _ outer: Environment?, _ body: () throws -> Result) throws -> Result {
        for entry in entries {
            run.tables[entry.place] = nil
            run.deferred[entry.place] = { try entry.work(run, outer) }
        }
        let result = try body()
        for entry in entries.reversed() where entry.isChange { _ = try run.table(entry.place) }
        return result
    }
}

extension Compiler {
    /// The entries of a WITH, whose names the scope knows from here on.
    func common(_ tables: [CommonTable], _ scope: Scope) throws -> CommonTables {
        CommonTables(entries: try tables.map { try common($0, scope) })
    }

    private func common(_ table: CommonTable, _ scope: Scope) throws -> CommonTables.Entry {
        let place = place()
        if table.isRecursive, case .query(let query) = table.statement,
            case .union(let first, let next, all: true) = query.body
        {
            return CommonTables.Entry(
                place: place, isChange: false, work: try recursive(table, first, next, place, scope))
        }
        let plan = try rows(table.statement, Scope(outer: scope))
        let columns = try renamed(plan.columns, table.columns)
        scope.tables[table.name] = Scope.CommonTable(columns: columns, place: place, isRecursive: false)
        let isChange = if case .change = table.statement { true } else { false }
        return CommonTables.Entry(place: place, isChange: isChange) { run, outer in
            run.tables[place] = try plan.rows(run, Self.level(run, outer))
        }
    }

    private func recursive(
        _ table: CommonTable, _ first: QueryBody, _ next: QueryBody, _ place: Int, _ scope: Scope
    ) throws -> (Run, Environment?) throws -> Void {
        let start = try query(Query(body: first), Scope(outer: scope))
        let columns = try renamed(start.columns, table.columns)
        scope.tables[table.name] = Scope.CommonTable(columns: columns, place: place, isRecursive: true)
        let step = try query(Query(body: next), Scope(outer: scope))
        guard step.columns.map(\.type) == columns.map(\.type) else { throw unsupported("a recursion of other types") }
        return { run, outer in
            let outer = Self.level(run, outer)
            var found = try start.rows(run, outer)
            run.tables[place] = found
            while run.tables[place]?.isEmpty == false {
                let rows = try step.rows(run, outer)
                found += rows
                run.tables[place] = rows
            }
            run.tables[place] = found
        }
    }

    /// A query or a change, for its rows.
    private func rows(_ statement: Statement, _ scope: Scope) throws -> QueryPlan {
        switch statement {
        case .query(let query): return try self.query(query, scope)
        case .change(let change):
            let plan = try self.change(change, scope)
            return QueryPlan(columns: plan.columns) { run, outer in try plan.run(run, outer).rows }
        case .define, .control: throw unsupported("such a statement within WITH")
        }
    }

    /// What stands for a scope without relations.
    static func level(_ run: Run, _ outer: Environment?) -> Environment {
        Environment(run, outer: outer, width: 0, relations: 0)
    }
}
