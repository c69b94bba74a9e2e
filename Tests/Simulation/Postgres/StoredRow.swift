/// A row with its versions: what is committed, and what an open transaction has made of it. At most one transaction
/// writes a row at a time, so two versions are all there ever are.
final class StoredRow {
    /// What a transaction has made of a row.
    struct Pending {
        var transaction: Transaction
        /// The statement that did it: a statement does not see its own work.
        var command: Int
        /// Nil: deleted.
        var values: [Value]?
        /// What that statement saw.
        var before: [Value]?
        /// What the transaction made of it before, and what still holds its keys against others.
        var former: [[Value]] = []
    }

    /// Ascends with the age of rows within a table.
    let number: Int
    /// Nil while only an open transaction knows the row, and when it is gone.
    var committed: [Value]?
    var pending: Pending?
    /// Who holds it FOR UPDATE.
    var holder: Transaction?

    init(number: Int) { self.number = number }

    /// What a statement of a transaction sees; nil when it sees nothing.
    func visible(to transaction: Transaction?, command: Int) -> [Value]? {
        guard let pending, pending.transaction === transaction else { return committed }
        return pending.command == command ? pending.before : pending.values
    }

    /// What is there for a transaction, its own statement's work included.
    func latest(for transaction: Transaction) -> [Value]? {
        guard let pending, pending.transaction === transaction else { return committed }
        return pending.values
    }

    /// Whether another transaction keeps it from being written or locked.
    func isHeld(against transaction: Transaction) -> Bool {
        if let pending, pending.transaction !== transaction { return true }
        if let holder, holder !== transaction { return true }
        return false
    }
}
