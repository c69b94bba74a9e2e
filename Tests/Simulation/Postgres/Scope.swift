/// What names mean in a query: its relations, and those of the queries around it.
final class Scope {
    struct Column {
        var name: String
        var type: ValueType
        /// Whether USING has merged it into one further left: it answers to its full name only.
        var isMerged = false
    }

    enum Source {
        case table(Table)
        case rows((Environment) throws -> [[Value]])
    }

    struct Relation {
        var name: String
        var columns: [Column]
        /// Where its values begin in a row.
        var offset: Int
        var source: Source

        var table: Table? { if case .table(let table) = source { table } else { nil } }
    }

    /// An entry of WITH.
    struct CommonTable {
        var columns: [Column]
        var place: Int
        var isRecursive: Bool
    }

    let outer: Scope?
    private(set) var relations: [Relation] = []
    private(set) var width = 0
    var tables: [String: CommonTable] = [:]
    /// The relations that a LEFT JOIN may leave empty, with the conditions under which they join.
    var optional: [Int: [Expression]] = [:]
    /// The relations that were named since this was last emptied.
    var touched: Set<Int> = []
    /// Whether anything in it looks at a query around it.
    var isCorrelated = false
    /// While a select list with aggregates is read: what is gathered.
    var aggregates: [Aggregate]?

    init(outer: Scope?) { self.outer = outer }

    @discardableResult
    func add(_ name: String, _ columns: [Column], _ source: Source) -> Int {
        relations.append(Relation(name: name, columns: columns, offset: width, source: source))
        width += columns.count
        return relations.count - 1
    }

    func merge(_ column: String, of relation: Int) {
        for position in relations[relation].columns.indices where relations[relation].columns[position].name == column {
            relations[relation].columns[position].isMerged = true
        }
    }

    func table(_ name: String) -> CommonTable? {
        guard let table = tables[name] else { return outer?.table(name) }
        return table
    }

    struct Found {
        var depth: Int
        var relation: Int
        var slot: Int
        var type: ValueType
    }

    /// What a name stands for, here or further out.
    func find(_ qualifier: String?, _ name: String) throws -> Found {
        if let found = try own(qualifier, name) {
            touched.insert(found.relation)
            return found
        }
        guard let outer else {
            throw failure("42703", "column \"\(qualifier.map { $0 + "." } ?? "")\(name)\" does not exist")
        }
        var found = try outer.find(qualifier, name)
        isCorrelated = true
        found.depth += 1
        return found
    }

    /// What a name stands for here.
    func own(_ qualifier: String?, _ name: String) throws -> Found? {
        var found: Found?
        for (number, relation) in relations.enumerated() where qualifier == nil || qualifier == relation.name {
            for (position, column) in relation.columns.enumerated() where column.name == name {
                if qualifier == nil, column.isMerged { continue }
                if found != nil { throw failure("42702", "column reference \"\(name)\" is ambiguous") }
                found = Found(depth: 0, relation: number, slot: relation.offset + position, type: column.type)
            }
        }
        return found
    }
}

/// An aggregate of a select list.
struct Aggregate {
    var start: Value
    /// What it is after one more row.
    var step: (Value, Environment) throws -> Value
}
