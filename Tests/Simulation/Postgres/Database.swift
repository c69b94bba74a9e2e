import Core

/// The tables, and who holds what.
final class Database {
    let now: () -> Instant
    private(set) var tables: [String: Table] = [:]
    /// The same with each run.
    var random = SplitMix64(seed: 0)
    /// Sentences of triggers' functions.
    var refusals: [String: String] = [:]
    /// Changes with the schema: plans that are older are made anew.
    private(set) var version = 0
    private var commands = 0
    private var transactions: [Int64: Transaction] = [:]
    private var advisory: [Int64: [Holder]] = [:]

    /// Who holds an advisory lock: a session, or a transaction of it.
    private struct Holder {
        var session: Int
        var transaction: Transaction?
    }

    init(now: @escaping () -> Instant) {
        self.now = now
        let schemas = Table(
            name: "pg_namespace",
            columns: [
                Table.Column(name: "nspname", type: .text, isRequired: true, isIdentity: false, standard: nil)
            ])
        tables[schemas.name] = schemas
    }

    func table(_ name: String) throws -> Table {
        guard let table = tables[name] else { throw failure("42P01", "relation \"\(name)\" does not exist") }
        return table
    }

    func add(_ table: Table) {
        tables[table.name] = table
        version += 1
    }

    func hasChanged() { version += 1 }

    func nextCommand() -> Int {
        commands += 1
        return commands
    }

    // MARK: transactions

    /// The number of a transaction, which others may ask about.
    func number(of transaction: Transaction) -> Int64 {
        if let number = transaction.number { return number }
        let number = Int64(1000 + transactions.count)
        transaction.number = number
        transactions[number] = transaction
        return number
    }

    /// As `pg_xact_status` tells it; nil for a number that was never given.
    func status(_ number: Int64) throws -> String {
        switch transactions[number]?.state {
        case .open?: "in progress"
        case .committed?: "committed"
        case .rolledBack?: "aborted"
        case nil: throw failure("22023", "transaction ID \(number) is in the future")
        }
    }

    // MARK: advisory locks

    /// Whether the session has the lock now. Without `transaction` it keeps it until it ends.
    func tryLock(_ key: Int64, session: Int, transaction: Transaction?) -> Bool {
        let holders = advisory[key] ?? []
        guard holders.allSatisfy({ $0.session == session }) else { return false }
        advisory[key] = holders + [Holder(session: session, transaction: transaction)]
        transaction?.note(.advisory(key))
        return true
    }

    func unlock(_ key: Int64, transaction: Transaction) {
        let holders = advisory[key] ?? []
        guard let position = holders.lastIndex(where: { $0.transaction === transaction }) else { return }
        advisory[key]?.remove(at: position)
    }

    /// The session is over.
    func unlockAll(of session: Int) {
        for key in advisory.keys.sorted() { advisory[key]?.removeAll { $0.session == session } }
    }
}
