/// What may have to wait for its turn.
protocol Queued {
    /// Where it leads: `host:port`.
    var place: String { get }
    /// When its time is over.
    var deadline: ContinuousClock.Instant { get }
    /// Whether nobody waits for it any more.
    var isOver: Bool { get }
}

/// Who is under way and who waits: so many at a time to one place, then first come, first served. Pure.
///
/// libcurl would hold them back itself, but looks at every one it holds whenever anything happens: a few thousand that
/// wait take its thread's whole time, and then none of them ends.
struct TransferLines<Item: Queued> {
    private struct Line {
        var active = 0
        var waiting: [Item] = []
        /// The place in `waiting` of the next one.
        var head = 0
    }

    private let limit: Int
    private var lines: [String: Line] = [:]
    /// When to look for those whose time is over; nil while none wait.
    private(set) var nextLook: ContinuousClock.Instant?

    /// Lines with so many under way to one place, at least one.
    init(limit: Int) { self.limit = max(1, limit) }

    /// Whether it begins now; otherwise it waits.
    mutating func admit(_ item: Item) -> Bool {
        if lines[item.place, default: Line()].active < limit {
            lines[item.place, default: Line()].active += 1
            return true
        }
        lines[item.place, default: Line()].waiting.append(item)
        nextLook = nextLook.map { min($0, item.deadline) } ?? item.deadline
        return false
    }

    /// Notes that one has ended that had begun. Gives the one that begins in its place.
    mutating func end(at place: String) -> Item? {
        guard var line = lines.removeValue(forKey: place), line.active > 0 else {
            preconditionFailure("what ends has begun")
        }
        defer { if line.active > 0 { lines[place] = line } }
        while line.head < line.waiting.count {
            let next = line.waiting[line.head]
            line.head += 1
            // What is behind goes away once it is the larger part: each is moved once.
            if line.head * 2 > line.waiting.count {
                line.waiting.removeFirst(line.head)
                line.head = 0
            }
            if !next.isOver { return next }
        }
        line.active -= 1
        return nil
    }

    /// Takes those out whose time is over; all that wait when `now` is nil.
    mutating func takeOverdue(at now: ContinuousClock.Instant?) -> [Item] {
        guard let nextLook, now.map({ nextLook <= $0 }) ?? true else { return [] }
        var (overdue, left): ([Item], [Item]) = ([], [])
        for place in lines.keys.sorted() {
            var line = lines[place]!
            let waiting = line.waiting[line.head...].filter { !$0.isOver }
            let isOverdue = { (item: Item) in now.map { item.deadline <= $0 } ?? true }
            overdue += waiting.filter(isOverdue)
            (line.waiting, line.head) = (waiting.filter { !isOverdue($0) }, 0)
            left += line.waiting
            lines[place] = line
        }
        self.nextLook = left.map(\.deadline).min()
        return overdue
    }
}
