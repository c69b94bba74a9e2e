import Core

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

    /// The environment so many links up from `env`.
    static func up(_ count: Int, from env: Environment?) -> Environment? {
        var link = env
        for _ in 0..<count { link = link?.parent }
        return link
    }

    /// The value bound so many links up.
    func value(_ up: Int) -> JSON {
        if up == 0, case .value(let value) = slot { return value }
        guard case .value(let value)? = Self.up(up, from: self)?.slot else { preconditionFailure("compiled wrongly") }
        return value
    }

    /// Freed one by one: a program can make a list so long that freeing it link within link takes all of the stack.
    deinit {
        guard parent != nil || captured != nil else { return }
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
