/// Which tenants have work in a table, as far as this process knows, and whose turn it is. Pure.
public struct WaitingTenants: Sendable {
    private var turns: FairTurns
    /// Those that may have work that nobody has looked at.
    public private(set) var tenants: Set<String> = []
    /// Those whose work is being looked for: what is found was there before what comes now.
    private var lookedAt: Set<String> = []

    /// Nobody waits.
    public init(weights: TenantWeights = TenantWeights()) { turns = FairTurns(weights: weights) }

    /// Whether nobody is known to have work.
    public var isEmpty: Bool { tenants.isEmpty && lookedAt.isEmpty }

    /// Notes that these have work.
    public mutating func note(_ tenants: some Sequence<String>) { self.tenants.formUnion(tenants) }

    /// Deals turns among new work of these tenants. Those that wait, or whose turns are just being used, get none: new
    /// work goes behind what waits.
    public mutating func deal(_ count: Int, toNew wanted: [String: Int]) -> [String: Int] {
        turns.deal(count, among: wanted.filter { !tenants.contains($0.key) && !lookedAt.contains($0.key) })
    }

    /// Deals turns among new work of those tenants that wait: it passes what waits.
    public mutating func deal(_ count: Int, toNewBeside wanted: [String: Int]) -> [String: Int] {
        turns.deal(max(0, count), among: wanted.filter { tenants.contains($0.key) || lookedAt.contains($0.key) })
    }

    /// Deals turns among those that wait, at most so many to each as `limit` says. Who gets any does not wait any
    /// more, until that is noted again: before or after the table has been looked at.
    public mutating func deal(_ count: Int, atMost limit: (String) -> Int) -> [String: Int] {
        let wanted = Dictionary(uniqueKeysWithValues: tenants.map { ($0, min(count, limit($0))) })
        let dealt = turns.deal(count, among: wanted)
        tenants.subtract(dealt.keys)
        lookedAt.formUnion(dealt.keys)
        return dealt
    }

    /// Notes what the table had for those that turns were dealt to: whoever used all of its turns may have more.
    public mutating func note(found: [String: Int], of dealt: [String: Int]) {
        lookedAt.subtract(dealt.keys)
        note(dealt.filter { found[$0.key, default: 0] >= $0.value }.keys)
    }
}
