/// The order in which committed messages are published. Pure.
///
/// A transaction takes its place just before its last trip to the server, in which it commits, while it holds the locks
/// of all statements that it has waited for. So of two transactions that lock the same rows so, the first to commit is
/// the first to be published, however their tasks are scheduled afterwards.
struct PublishQueue {
    /// A place in the queue.
    typealias Ticket = UInt64

    private enum Entry {
        /// The transaction has not ended yet. Can become `ready` or go away.
        case reserved([OutboxRow])
        /// The answer to the commit was lost. Becomes `ready` or goes away with `resolve`.
        case doubtful([OutboxRow])
        /// Committed. Goes away when taken.
        case ready([OutboxRow])
    }

    private var first: Ticket = 0
    private var entries: [Entry?] = []
    /// The rows that are under way.
    private(set) var sending: [OutboxRow] = []
    /// Rows that are acknowledged but still stand in the table.
    private var confirmed: [Int64] = []
    /// Rows that are being deleted.
    private var leaving: Set<Int64> = []

    /// Messages that are not acknowledged yet.
    private(set) var pending = 0

    /// Whether nothing waits and nothing is under way.
    var isDrained: Bool { pending == 0 && entries.isEmpty }

    /// Whether rows are under way.
    var isSending: Bool { !sending.isEmpty }

    /// Takes the next place for rows that are about to be committed.
    mutating func reserve(_ rows: [OutboxRow]) -> Ticket {
        entries.append(.reserved(rows))
        pending += rows.messageCount
        return first + UInt64(entries.count - 1)
    }

    /// The transaction committed.
    mutating func commit(_ ticket: Ticket) {
        guard case .reserved(let rows) = self[ticket] else { preconditionFailure("a ticket ends once") }
        self[ticket] = .ready(rows)
    }

    /// Nobody knows whether the transaction committed: its rows keep their place, and whoever is behind them waits.
    mutating func doubt(_ ticket: Ticket) {
        guard case .reserved(let rows) = self[ticket] else { preconditionFailure("a ticket ends once") }
        self[ticket] = .doubtful(rows)
    }

    /// The ids of the rows in doubt.
    var doubtful: [Int64] {
        entries.flatMap { entry in if case .doubtful(let rows)? = entry { rows.map(\.id) } else { [Int64]() } }
    }

    /// Of the rows that were in doubt these exist; `asked` are those that were looked for.
    mutating func resolve(_ asked: Set<Int64>, existing: Set<Int64>) {
        for index in entries.indices {
            guard case .doubtful(let rows)? = entries[index], rows.allSatisfy({ asked.contains($0.id) }) else {
                continue
            }
            let kept = rows.filter { existing.contains($0.id) }
            pending -= rows.messageCount - kept.messageCount
            entries[index] = kept.isEmpty ? nil : .ready(kept)
        }
        skipGone()
    }

    /// The transaction did not commit.
    mutating func abandon(_ ticket: Ticket) {
        guard case .reserved(let rows) = self[ticket] else { preconditionFailure("a ticket ends once") }
        pending -= rows.messageCount
        self[ticket] = nil
        skipGone()
    }

    /// The next rows to publish, of about `limit` messages at most; they count as under way until `confirm` or
    /// `putBack`. Rows behind a transaction that has not ended are not given out.
    mutating func take(limit: Int) -> [OutboxRow] {
        precondition(sending.isEmpty, "one batch is under way at a time")
        var count = 0
        while count < limit, case .ready(let rows)?? = entries.first {
            sending += rows
            count += rows.messageCount
            entries.removeFirst()
            first += 1
            skipGone()
        }
        return sending
    }

    /// All rows under way are acknowledged.
    mutating func confirm() {
        pending -= sending.messageCount
        confirmed += sending.map(\.id)
        sending = []
    }

    /// These rows under way have fewer messages now; those without any are gone.
    mutating func replace(_ rows: [OutboxRow]) {
        let before = sending.messageCount
        let rows = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        sending = sending.map { rows[$0.id] ?? $0 }.filter { !$0.messages.isEmpty }
        pending -= before - sending.messageCount
    }

    /// The rows under way were not acknowledged, all or some: they are published again, before all others.
    mutating func putBack() {
        guard !sending.isEmpty else { return }
        entries.insert(.ready(sending), at: 0)
        first &-= 1
        sending = []
    }

    /// Hands out the acknowledged rows for deletion; ends with `forget` or `returnConfirmed`.
    mutating func takeConfirmed() -> [Int64] {
        defer { confirmed = [] }
        leaving.formUnion(confirmed)
        return confirmed
    }

    /// Deletion committed.
    mutating func forget(_ ids: [Int64]) { leaving.subtract(ids) }

    /// Deletion did not commit.
    mutating func returnConfirmed(_ ids: [Int64]) {
        leaving.subtract(ids)
        confirmed += ids
    }

    /// How many rows wait for deletion.
    var confirmedCount: Int { confirmed.count }

    /// The ids of all rows that this queue knows of.
    var known: [Int64] {
        var ids = confirmed + leaving + sending.map(\.id)
        for entry in entries {
            switch entry {
            case .reserved(let rows), .doubtful(let rows), .ready(let rows): ids += rows.map(\.id)
            case nil: break
            }
        }
        return ids
    }

    private subscript(ticket: Ticket) -> Entry? {
        get { entries[Int(ticket &- first)] }
        set { entries[Int(ticket &- first)] = newValue }
    }

    /// Drops places at the head whose transactions came to nothing.
    private mutating func skipGone() {
        while case .some(.none) = entries.first {
            entries.removeFirst()
            first += 1
        }
    }
}

extension [OutboxRow] {
    fileprivate var messageCount: Int { reduce(0) { $0 + $1.messages.count } }
}
