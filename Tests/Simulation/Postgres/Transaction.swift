import Core

/// An open transaction: what it has changed, and how to undo that.
final class Transaction {
    enum State { case open, committed, rolledBack }

    enum Undo {
        case write(Table, StoredRow, former: StoredRow.Pending?)
        case lock(StoredRow)
        case advisory(Int64)
    }

    let start: Instant
    /// The number of its session.
    let session: Int
    var state = State.open
    /// A statement has failed: nothing but a rollback is taken.
    private(set) var hasFailed = false
    /// The server's number of it, given when asked for.
    var number: Int64?
    private(set) var undo: [Undo] = []
    private var savepoints: [(name: String, mark: Int)] = []

    init(start: Instant, session: Int) { (self.start, self.session) = (start, session) }

    /// Whether it has written anything.
    var hasWritten: Bool {
        undo.contains { if case .write = $0 { true } else { false } }
    }

    func note(_ step: Undo) { undo.append(step) }

    func lock(_ row: StoredRow) {
        guard row.holder !== self else { return }
        row.holder = self
        undo.append(.lock(row))
    }

    /// A statement has failed. What was done since the last savepoint is undone at once, locks and all.
    func fail(in database: Database) {
        hasFailed = true
        undoAll(after: savepoints.last?.mark ?? 0, in: database)
        if savepoints.isEmpty { state = .rolledBack }
    }

    // MARK: savepoints

    func savepoint(_ name: String) { savepoints.append((name, undo.count)) }

    func release(_ name: String) throws {
        savepoints.removeSubrange(try position(name)...)
    }

    func rollBack(to name: String, in database: Database) throws {
        let position = try position(name)
        undoAll(after: savepoints[position].mark, in: database)
        savepoints.removeSubrange((position + 1)...)
        hasFailed = false
    }

    private func position(_ name: String) throws -> Int {
        guard let position = savepoints.lastIndex(where: { $0.name == name }) else {
            throw failure("3B001", "savepoint \"\(name)\" does not exist")
        }
        return position
    }

    // MARK: ends

    func commit(in database: Database) {
        state = .committed
        for step in undo {
            switch step {
            case .write(let table, let row, let former): table.settle(row, by: self, former)
            case .lock(let row): row.holder = nil
            case .advisory(let key): database.unlock(key, transaction: self)
            }
        }
        undo = []
    }

    func rollBack(in database: Database) {
        state = .rolledBack
        undoAll(after: 0, in: database)
    }

    private func undoAll(after mark: Int, in database: Database) {
        while undo.count > mark {
            switch undo.removeLast() {
            case .write(let table, let row, let former): table.restore(row, former)
            case .lock(let row): row.holder = nil
            case .advisory(let key): database.unlock(key, transaction: self)
            }
        }
    }
}
