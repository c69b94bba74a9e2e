public import Core

/// The places of one worker process: who has how many, and who gets those that are free. Pure.
///
/// Free places go to tenants in turn, by weight. The last sixteenth of all places is kept for tenants that hold less
/// than that: one tenant's long tasks cannot make all others wait.
public struct Occupancy: Sendable {
    /// How many tasks may run at a time; 0 while none may.
    public var capacity = 0
    /// How many places are not free.
    public private(set) var taken = 0
    private var held: [String: Int] = [:]
    private var waiting: WaitingTenants

    /// All places are free, and nobody waits.
    public init(weights: TenantWeights = TenantWeights()) { waiting = WaitingTenants(weights: weights) }

    /// How many places are free.
    public var room: Int { max(0, capacity - taken) }

    /// How many of them are free for whoever comes.
    public var openRoom: Int { max(0, room - kept) }

    /// Whether the table may have due tasks that nobody has looked at.
    public var hasMore: Bool { !waiting.tenants.isEmpty }

    /// Whether it is worth while to look at the table: there is room for many at once, or someone waits who has
    /// nothing.
    public var isWorthALook: Bool {
        guard room > 0, hasMore else { return false }
        return room > capacity / 4 || waiting.tenants.contains { held[$0] == nil }
    }

    /// Notes that these tenants have due tasks in the table.
    public mutating func note(waiting tenants: some Sequence<String>) { waiting.note(tenants) }

    /// Notes how many tasks the table had for those that places were taken for.
    public mutating func note(found: [String: Int], of places: [String: Int]) {
        waiting.note(found: found, of: places)
    }

    /// Takes places for new tasks of these tenants, as far as they get any. Where tasks of a tenant wait in the table
    /// already, new ones get half of what is left, so that both go on.
    public mutating func take(forNew wanted: [String: Int]) -> [String: Int] {
        let most = wanted.values.reduce(0, +)
        let open = waiting.deal(min(most, room - kept), toNew: wanted)
        let small = wanted.map { ($0, min($1 - open[$0, default: 0], less($0, open))) }
        let last = waiting.deal(room - open.total, toNew: Dictionary(uniqueKeysWithValues: small))
        let given = open.merging(last, uniquingKeysWith: +)
        let beside = waiting.deal((openRoom - given.total) / 2, toNewBeside: wanted)
        return take(given.merging(beside, uniquingKeysWith: +))
    }

    /// Takes places for tasks of the table. Who gets any is not noted as waiting any more.
    public mutating func takeForWaiting() -> [String: Int] {
        let open = waiting.deal(room - kept) { _ in Int.max }
        let last = waiting.deal(room - open.total) { [self] in less($0, open) }
        return take(open.merging(last, uniquingKeysWith: +))
    }

    /// Gives places back.
    public mutating func free(_ places: [String: Int]) {
        for (tenant, count) in places {
            let left = held[tenant, default: 0] - count
            precondition(left >= 0, "a place is given back once")
            held[tenant] = left > 0 ? left : nil
            taken -= count
        }
    }

    /// How many places are kept for those that hold fewer.
    private var kept: Int { capacity / 16 }

    /// How many places a tenant may have beyond those `open` ones, as one of the small.
    private func less(_ tenant: String, _ open: [String: Int]) -> Int {
        max(0, kept - held[tenant, default: 0] - open[tenant, default: 0])
    }

    private mutating func take(_ places: [String: Int]) -> [String: Int] {
        held.merge(places, uniquingKeysWith: +)
        taken += places.total
        return places
    }
}

extension [String: Int] {
    fileprivate var total: Int { values.reduce(0, +) }
}
