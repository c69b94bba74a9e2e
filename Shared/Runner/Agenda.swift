import Core
import Engine

/// What is to happen, by its moment. At one moment answers and events come before timers, so that what arrives in time
/// is in time; within each kind a seed may change the order.
struct Agenda: Sendable {
    enum Matter: Sendable {
        case answer(FunctionCall, FunctionAnswer.Result, usage: JSON?)
        case event(JSON)
        case command(execution: String, ExecutionCommand)
        case start(execution: String)
        case child(ChildRequest, ParentLink?)
        case restart
        case schedule(Int)
        case timer(execution: String, ExecutionTimer)
    }

    struct Item: Sendable {
        var due: Instant
        /// Drawn from the seed; 0 without one.
        var rank: UInt64
        /// Breaks what ties are left.
        var number: Int
        var matter: Matter

        var isTimer: Bool { if case .timer = matter { true } else { false } }

        func precedes(_ other: Item) -> Bool {
            if due != other.due { return due < other.due }
            if isTimer != other.isTimer { return other.isTimer }
            if rank != other.rank { return rank < other.rank }
            return number < other.number
        }
    }

    private(set) var items: [Item] = []
    private var lastNumber = 0

    var next: Item? { items.first }

    /// Whether executions are to be started that others have asked for.
    var hasChildren: Bool {
        items.contains { item in if case .child = item.matter { true } else { false } }
    }

    /// `number` is what timers pass: their order does not depend on when they were put here, so that it is the same
    /// after a restart.
    mutating func add(_ matter: Matter, due: Instant, rank: UInt64, number: Int? = nil) {
        lastNumber += 1
        let item = Item(due: due, rank: rank, number: number ?? lastNumber, matter: matter)
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].precedes(item) { low = middle + 1 } else { high = middle }
        }
        items.insert(item, at: low)
    }

    var hasEvents: Bool {
        items.contains { item in if case .event = item.matter { true } else { false } }
    }

    mutating func takeFirst() -> Item { items.removeFirst() }

    mutating func removeTimer(_ id: String) {
        items.removeAll { item in if case .timer(_, let timer) = item.matter { timer.id == id } else { false } }
    }

    mutating func removeTimers() { items.removeAll(where: \.isTimer) }
}
