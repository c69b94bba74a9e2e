import Core
import Testing

@Suite struct FairTurnsTests {
    /// Deals one turn at a time to tenants that always want more.
    private func order(_ count: Int, _ tenants: [String], _ turns: inout FairTurns) -> [String] {
        let wanted = Dictionary(uniqueKeysWithValues: tenants.map { ($0, Int.max) })
        return (0..<count).flatMap { _ in turns.deal(1, among: wanted).keys }
    }

    @Test func `tenants take turns, in the order of their names`() {
        var turns = FairTurns()
        #expect(order(6, ["c", "a", "b"], &turns) == ["a", "b", "c", "a", "b", "c"])
    }

    @Test func `a tenant has as many turns in a round as its weight says, spread over the round`() {
        var turns = FairTurns(weights: TenantWeights(["a": 4, "b": 2]))
        let round = order(7, ["a", "b", "c"], &turns)
        #expect(round.count { $0 == "a" } == 4)
        #expect(round.count { $0 == "b" } == 2)
        #expect(round.count { $0 == "c" } == 1)
        #expect(round.prefix(3).sorted() == ["a", "b", "c"])
    }

    @Test func `who comes late is next, and has not saved up anything`() {
        var turns = FairTurns()
        _ = turns.deal(1000, among: ["a": .max])
        #expect(turns.deal(5, among: ["a": .max, "b": .max]) == ["a": 2, "b": 3])
    }

    @Test func `what one does not want the others get, and no more is dealt than there is`() {
        var turns = FairTurns()
        #expect(turns.deal(10, among: ["a": 3, "b": .max, "c": 0]) == ["a": 3, "b": 7])
        #expect(turns.deal(10, among: ["a": 1, "b": 2]) == ["a": 1, "b": 2])
        #expect(turns.deal(0, among: ["a": 1]) == [:])
        #expect(turns.deal(-1, among: ["a": 1]) == [:])
    }

    /// Any mixture of deals of any size: nobody who always wants more is more than one turn of each behind its share.
    @Test func `whoever always wants has its share of any run of turns`() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<300 {
            let names = (0..<Int.random(in: 2...6, using: &random)).map { "t\($0)" }
            let named = Dictionary(uniqueKeysWithValues: names.map { ($0, Int.random(in: 1...9, using: &random)) })
            let weights = TenantWeights(named)
            var (turns, again) = (FairTurns(weights: weights), FairTurns(weights: weights))
            let steady = Set(names.shuffled(using: &random).prefix(Int.random(in: 2...names.count, using: &random)))
            var had: [String: Int] = [:]
            for _ in 0..<200 {
                let wanted = names.map { name in
                    (name, steady.contains(name) ? Int.max : Int.random(in: 0...3, using: &random))
                }
                let count = Int.random(in: 0...8, using: &random)
                let dealt = turns.deal(count, among: Dictionary(uniqueKeysWithValues: wanted))
                #expect(dealt == again.deal(count, among: Dictionary(uniqueKeysWithValues: wanted.reversed())))
                #expect(dealt.values.reduce(0, +) == count)
                had.merge(dealt, uniquingKeysWith: +)
                // In turns of weight 1: two that always want are never further apart than a turn of each.
                for (one, other) in zip(steady, steady.dropFirst()) {
                    let (first, second) = (weights[one], weights[other])
                    let distance = abs(had[one, default: 0] * second - had[other, default: 0] * first)
                    #expect(distance <= first + second)
                }
            }
        }
    }
}

@Suite struct TenantWeightsTests {
    @Test func `weights are read, and who is not named has one turn`() throws {
        let weights = try #require(TenantWeights(parsing: "acme=4, beta = 2"))
        #expect((weights["acme"], weights["beta"], weights["other"]) == (4, 2, 1))
        #expect(TenantWeights(parsing: "") == TenantWeights())
    }

    @Test(arguments: ["acme", "acme=", "=2", "acme=0", "acme=1001", "acme=-1", "acme=x", "acme=1=2", "a=1,a=2"])
    func `what is malformed is refused`(text: String) { #expect(TenantWeights(parsing: text) == nil) }
}

@Suite struct WaitingTenantsTests {
    @Test func `new work waits behind what waits, and goes first where nothing does`() {
        var waiting = WaitingTenants()
        waiting.note(["a"])
        #expect(waiting.deal(10, toNew: ["a": 5, "b": 2]) == ["b": 2])
    }

    @Test func `new work waits also while what waits is looked at`() {
        var waiting = WaitingTenants()
        waiting.note(["a"])
        let dealt = waiting.deal(5) { _ in .max }
        #expect(waiting.deal(10, toNew: ["a": 5]) == [:])
        waiting.note(found: ["a": 1], of: dealt)
        #expect(waiting.deal(10, toNew: ["a": 5]) == ["a": 5])
    }

    @Test func `who used all of its turns may have more, others do not wait any more`() {
        var waiting = WaitingTenants()
        waiting.note(["a", "b", "c"])
        let dealt = waiting.deal(5) { $0 == "c" ? 0 : .max }
        #expect(dealt == ["a": 3, "b": 2])
        #expect(waiting.tenants == ["c"])
        waiting.note(found: ["a": 3, "b": 1], of: dealt)
        #expect(waiting.tenants == ["a", "c"])
    }

    @Test func `what is noted while the table is looked at is not forgotten`() {
        var waiting = WaitingTenants()
        waiting.note(["a"])
        let dealt = waiting.deal(5) { _ in .max }
        waiting.note(["a"])
        waiting.note(found: ["a": 1], of: dealt)
        #expect(waiting.tenants == ["a"])
    }

    @Test func `the first of each tenant are told from the others, in order`() {
        let work = ["a1", "b1", "a2", "a3", "b2"]
        let (first, others) = work.divided(["a": 2, "c": 1]) { String($0.prefix(1)) }
        #expect(first == ["a1", "a2"])
        #expect(others == ["b1", "a3", "b2"])
    }
}
