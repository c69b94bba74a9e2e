import Testing

@testable import cadenza_bench

@Suite struct LoadTests {
    @Test func `what parts used is told for one unit, and only where their processes were looked at`() {
        var result = Load.Result()
        result.count = 500
        #expect(result.cost(of: "postgres") == nil)
        result.cpu = CPUTimes(seconds: ["postgres": 2, CPUTimes.own: 1, "gateway": 7])
        #expect(result.cost(of: "postgres") == 4)
        #expect(result.cost(of: "postgres", CPUTimes.own) == 6)
        #expect(result.cost(of: "local-broker") == 0)
    }
}
