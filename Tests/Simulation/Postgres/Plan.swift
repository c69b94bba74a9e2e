import Postgres

/// A statement that is ready to run.
struct Plan {
    struct Key: Hashable {
        var text: String
        var parameters: [ValueType]
    }

    /// Nil for what takes effect on the session or the schema.
    private let columns: [Scope.Column]
    private let command: String
    private let work: (Run) throws -> Touched

    init(_ statement: Statement, _ parameters: [ValueType], _ database: Database) throws {
        let compiler = Compiler(database, parameters: parameters)
        switch statement {
        case .query(let query):
            let plan = try compiler.query(query, Scope(outer: nil))
            (columns, command) = (plan.columns, "SELECT")
            work = { run in
                let rows = try plan.rows(run, nil)
                return Touched(count: rows.count, rows: rows)
            }
        case .change(let change):
            let plan = try compiler.change(change, Scope(outer: nil))
            (columns, command) = (plan.columns, change.kind.command.uppercased())
            work = { try plan.run($0, nil) }
        case .define(let definition):
            (columns, command) = ([], "DEFINE")
            work = { run in
                try run.database.define(definition, run.transaction)
                return Touched()
            }
        case .control: throw unsupported("such a statement here")
        }
    }

    func run(_ database: Database, _ transaction: Transaction, _ parameters: [Value]) throws -> PostgresResult {
        let touched = try work(Run(database, transaction, parameters))
        let rows = try touched.rows.map { row in try zip(row, columns).map { try $0.binary($1.type) } }
        let inserted = command == "INSERT" ? "INSERT 0" : command
        return PostgresResult(
            names: columns.map(\.name), types: columns.map(\.type.oid), rows: rows, affected: touched.count,
            command: "\(inserted) \(touched.count)")
    }
}
