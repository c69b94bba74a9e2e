import Core

/// How an evaluation leaves early.
indirect enum Signal: Error {
    /// An error that `try` can catch.
    case raised(JSON)
    /// `break` out of the label with this number.
    case leave(Int)
    /// The budget is used up; nothing catches that.
    case exhausted(EvaluationError)
    /// Came from what follows the `try` with this number, so that it is not its to catch.
    case downstream(Int, Signal)

    static func message(_ text: String) -> Signal { .raised(.string(text)) }
}

/// Bindings, parameters and labels: a list that is only ever added to, so that a program can be resumed in any of its
/// states.
final class Environment {
    enum Slot {
        case value(JSON)
        case closure(Node)
        case label(Int)
    }

    let slot: Slot
    /// Where a closure's names are looked up.
    private(set) var captured: Environment?
    private(set) var parent: Environment?

    init(_ slot: Slot, _ parent: Environment?, captured: Environment? = nil) {
        (self.slot, self.parent, self.captured) = (slot, parent, captured)
    }

    /// Freed one by one: a program can make a list so long that freeing it link within link takes all of the stack.
    deinit {
        var waiting: [Environment] = []
        unlink(into: &waiting)
        while let next = waiting.popLast() { next.unlink(into: &waiting) }
    }

    private func unlink(into waiting: inout [Environment]) {
        if isKnownUniquelyReferenced(&parent), let parent { waiting.append(parent) }
        parent = nil
        if isKnownUniquelyReferenced(&captured), let captured { waiting.append(captured) }
        captured = nil
    }
}

/// A value and, while paths are followed, where it stands.
struct Place {
    enum Path {
        /// Nobody asks.
        case off
        /// The value was made, not reached: it has no place.
        case lost
        case at([JSON])
    }

    var value: JSON
    var path: Path

    init(_ value: JSON, _ path: Path = .off) { (self.value, self.path) = (value, path) }

    /// A value that was made here.
    func made(_ value: JSON) -> Place {
        if case .off = path { return Place(value) }
        return Place(value, .lost)
    }
}
