public import Core

/// Who has a place at a time, and who is next: tenants in turn by weight, within a tenant who came first. One tenant
/// never has the last eighth of the places, however many of its own wait: another's single one begins at once. Pure.
public struct TenantTurns: Sendable {
    /// At a time, of all tenants.
    private let places: Int
    private var turns: FairTurns
    private var held: [String: Int] = [:]
    private var lines: [String: [UInt64]] = [:]

    /// All places are free. `places` is at least 2.
    public init(places: Int, weights: TenantWeights = TenantWeights()) {
        precondition(places >= 2, "a place is left for others")
        (self.places, turns) = (places, FairTurns(weights: weights))
    }

    /// How many have no place yet.
    public var waiting: Int { lines.values.reduce(0) { $0 + $1.count } }

    /// Notes that a tenant wants a place. Gives those that begin now.
    public mutating func ask(_ id: UInt64, _ tenant: String) -> [UInt64] {
        lines[tenant, default: []].append(id)
        return begin()
    }

    /// Notes that one who waits has gone.
    public mutating func leave(_ id: UInt64, _ tenant: String) {
        guard let place = lines[tenant]?.firstIndex(of: id) else { preconditionFailure("who leaves waits") }
        lines[tenant]?.remove(at: place)
        if lines[tenant]?.isEmpty == true { lines[tenant] = nil }
    }

    /// Notes that a tenant gives a place back. Gives those that begin now.
    public mutating func end(_ tenant: String) -> [UInt64] {
        let left = held[tenant, default: 0] - 1
        precondition(left >= 0, "a place is given back once")
        held[tenant] = left > 0 ? left : nil
        return begin()
    }

    private mutating func begin() -> [UInt64] {
        let most = places - max(1, places / 8)
        let wanted = lines.map { ($0.key, min($0.value.count, most - held[$0.key, default: 0])) }
        let dealt = turns.deal(
            places - held.values.reduce(0, +), among: Dictionary(uniqueKeysWithValues: wanted))
        var begun: [UInt64] = []
        for (tenant, count) in dealt.sorted(by: { $0.key < $1.key }) {
            let line = lines[tenant, default: []]
            begun += line.prefix(count)
            lines[tenant] = line.count > count ? Array(line.dropFirst(count)) : nil
            held[tenant, default: 0] += count
        }
        return begun
    }
}
