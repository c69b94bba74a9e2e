import Core
import GatewayDomain
import Testing

@Suite struct TenantTurnsTests {
    @Test func `one tenant never has all places, and another's write begins at once`() {
        var turns = TenantTurns(places: 4)
        let begun = (1...10).flatMap { turns.ask($0, "flood") }
        #expect(begun == [1, 2, 3])
        #expect(turns.waiting == 7)
        #expect(turns.ask(11, "single") == [11])
    }

    @Test func `who came first is first, and each end lets one in`() {
        var turns = TenantTurns(places: 2)
        #expect((1...3).flatMap { turns.ask($0, "a") } == [1])
        #expect(turns.end("a") == [2])
        #expect(turns.end("a") == [3])
        #expect(turns.end("a") == [])
        #expect(turns.waiting == 0)
    }

    @Test func `while all places are taken tenants take turns by weight`() {
        var turns = TenantTurns(places: 2, weights: TenantWeights(["heavy": 2]))
        var tenants: [UInt64: String] = [:]
        var inside = [UInt64]()
        for number in 1...90 {
            let (id, tenant) = (UInt64(number), ["heavy", "light", "other"][number % 3])
            tenants[id] = tenant
            inside += turns.ask(id, tenant)
        }
        #expect(inside.count == 2)
        var ended: [String] = []
        while ended.count < 40 {
            let tenant = tenants[inside.removeFirst()]!
            ended.append(tenant)
            inside += turns.end(tenant)
        }
        // One place each at most, so the heavy one waits for its own at times; the others have the rest alike.
        #expect(abs(ended.count { $0 == "light" } - ended.count { $0 == "other" }) <= 1)
        #expect(ended.count { $0 == "heavy" } > ended.count { $0 == "light" })
    }
}
