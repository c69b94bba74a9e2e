import Core
import Testing

@Suite struct TenantsMetTests {
    @Test func `several tenants are met until all but one have been silent for long`() {
        func at(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }
        var met = TenantsMet()
        var seen: [Bool] = []
        for (tenants, second) in [(["a"], 0), (["a"], 5), (["b"], 6), (["a"], 35), (["a"], 36), (["a", "c"], 37)] {
            seen.append(met.meet(tenants, at: at(Int64(second))))
        }
        #expect(seen == [false, false, true, true, false, true])
    }
}
