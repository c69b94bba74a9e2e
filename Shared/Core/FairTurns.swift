/// Weighted round-robin over tenants: whoever has had the least for its weight is next. Who wants nothing for a while
/// loses nothing and saves up nothing. Pure.
///
/// While the same tenants want more than there is, each has its weight's share of any run of turns, to within one
/// turn of each; none waits for longer than the turns that the others have in one round.
public struct FairTurns: Sendable {
    /// What a turn of a tenant with weight 1 counts; a turn of weight w counts a w-th of it.
    private static let turn = 1_000_000

    private let weights: TenantWeights
    /// What each tenant has had, on the scale of `now`; those at or below `now` are not kept.
    private var had: [String: Int] = [:]
    /// What the tenant that was last served had had before.
    private var now = 0

    /// Nobody has had anything.
    public init(weights: TenantWeights = TenantWeights()) { self.weights = weights }

    /// Deals up to `count` turns to tenants that want so many each, and says how many each of them gets; tenants that
    /// get none are left out. The same calls give the same turns.
    public mutating func deal(_ count: Int, among wanted: [String: Int]) -> [String: Int] {
        var line = wanted.filter { $0.value > 0 }.map { (tenant: $0.key, had: max(had[$0.key] ?? now, now)) }
        var dealt: [String: Int] = [:]
        for _ in 0..<max(count, 0) {
            guard let next = line.indices.min(by: { (line[$0].had, line[$0].tenant) < (line[$1].had, line[$1].tenant) })
            else { break }
            let tenant = line[next].tenant
            now = line[next].had
            line[next].had += Self.turn / weights[tenant]
            had[tenant] = line[next].had
            dealt[tenant, default: 0] += 1
            if dealt[tenant] == wanted[tenant] { line.remove(at: next) }
        }
        had = had.filter { $0.value > now }
        return dealt
    }
}
