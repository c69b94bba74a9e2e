/// A table: columns, constraints and rows.
final class Table {
    struct Column {
        var name: String
        var type: ValueType
        var isRequired: Bool
        var isIdentity: Bool
        var standard: Expression?
        /// Whether rows may bring numbers of their own all the same.
        var takesNumbers = false
    }

    struct Check {
        var name: String
        var expression: Expression
        var holds: Evaluate
    }

    /// A unique constraint or index.
    struct Key {
        var name: String
        var columns: [Int]
        /// Which rows it counts; nil for all.
        var counts: Evaluate?
        var index: Index
    }

    let name: String
    var columns: [Column]
    var checks: [Check] = []
    var keys: [Key] = []
    /// Those of the keys, and others.
    private(set) var indexes: [Index] = []
    /// What refuses a statement: by its command, with the trigger's sentence.
    var refusals: [String: String] = [:]
    private(set) var rows: [StoredRow] = []
    private var dead = 0
    private var serial = 0
    private var identity: Int64 = 0

    init(name: String, columns: [Column]) { (self.name, self.columns) = (name, columns) }

    func position(_ column: String) throws -> Int {
        guard let position = columns.firstIndex(where: { $0.name == column }) else {
            throw failure("42703", "column \"\(column)\" of relation \"\(name)\" does not exist")
        }
        return position
    }

    func nextIdentity() -> Int64 {
        identity += 1
        return identity
    }

    /// An index over these columns, a new one when there is none.
    func index(over columns: [Int]) -> Index {
        if let known = indexes.first(where: { $0.columns == columns }) { return known }
        let index = Index(columns: columns)
        for row in rows { for values in [row.committed, row.pending?.values].compacted() { index.add(row, values) } }
        indexes.append(index)
        return index
    }

    // MARK: rows

    func insert(_ values: [Value], by transaction: Transaction, command: Int) {
        serial += 1
        let row = StoredRow(number: serial)
        rows.append(row)
        write(values, to: row, by: transaction, command: command)
    }

    /// Gives a row new values, or deletes it. The caller has seen to it that nobody else holds the row.
    func write(_ values: [Value]?, to row: StoredRow, by transaction: Transaction, command: Int) {
        let former = row.pending
        let before = row.visible(to: transaction, command: command)
        row.pending = StoredRow.Pending(
            transaction: transaction, command: command, values: values, before: before,
            former: former.map { $0.former + [$0.values].compacted() } ?? [])
        if let values { for index in indexes { index.add(row, values) } }
        transaction.note(.write(self, row, former: former))
    }

    /// The transaction has committed: what it made is what there is.
    func settle(_ row: StoredRow, by transaction: Transaction, _ former: StoredRow.Pending?) {
        if let values = former?.values { forget(row, [values]) }
        guard let pending = row.pending, pending.transaction === transaction else { return }
        let old = row.committed
        (row.committed, row.pending) = (pending.values, nil)
        forget(row, [old, pending.before].compacted() + pending.former)
        if pending.values == nil { bury() }
    }

    /// Takes a version back.
    func restore(_ row: StoredRow, _ former: StoredRow.Pending?) {
        let undone = row.pending?.values
        row.pending = former
        forget(row, [undone].compacted())
        if former == nil, row.committed == nil { bury() }
    }

    /// Takes the row out of the indexes under what it is no more.
    private func forget(_ row: StoredRow, _ versions: [[Value]]) {
        let pending = row.pending
        let alive = [row.committed, pending?.values, pending?.before].compacted() + (pending?.former ?? [])
        for index in indexes { for version in versions { index.remove(row, version, unless: alive) } }
    }

    private func bury() {
        dead += 1
        guard dead > 32, dead * 2 > rows.count else { return }
        rows.removeAll { $0.committed == nil && $0.pending == nil }
        dead = 0
    }

    /// Rewrites all rows, for a change of the columns; the indexes are made anew.
    func rewrite(_ change: ([Value]) -> [Value]) {
        for row in rows {
            row.committed = row.committed.map(change)
            if let pending = row.pending {
                row.pending?.values = pending.values.map(change)
                row.pending?.before = pending.before.map(change)
                row.pending?.former = pending.former.map(change)
            }
        }
        let old = indexes
        indexes = []
        for index in old { _ = self.index(over: index.columns) }
        for position in keys.indices { keys[position].index = index(over: keys[position].columns) }
    }
}

/// Rows by the values of some columns, in whatever version.
final class Index {
    let columns: [Int]
    private var entries: [[Value]: [StoredRow]] = [:]

    init(columns: [Int]) { self.columns = columns }

    private func key(_ values: [Value]) -> [Value] { columns.map { values[$0] } }

    func add(_ row: StoredRow, _ values: [Value]) {
        let key = key(values)
        if entries[key]?.contains(where: { $0 === row }) == true { return }
        entries[key, default: []].append(row)
    }

    func remove(_ row: StoredRow, _ values: [Value], unless alive: [[Value]]) {
        let key = key(values)
        if alive.contains(where: { self.key($0) == key }) { return }
        entries[key]?.removeAll { $0 === row }
        if entries[key]?.isEmpty == true { entries[key] = nil }
    }

    /// The rows that have, had or may get these values, oldest first.
    func rows(_ key: [Value]) -> [StoredRow] {
        guard let rows = entries[key] else { return [] }
        return rows.count < 2 ? rows : rows.sorted { $0.number < $1.number }
    }
}

extension Sequence {
    /// Without the nils.
    func compacted<Wrapped>() -> [Wrapped] where Element == Wrapped? { compactMap { $0 } }
}
