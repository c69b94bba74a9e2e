import Testing

@testable import cadenza_bench

@Suite struct CPUTimesTests {
    @Test func `a line of the kernel's is read behind the program's name, whatever that holds`() throws {
        let line = "4242 (a) b (c)) S 7 4242 4242 0 -1 4194304 1 2 3 4 100 20 3 4000 20 0 9 0 555 1 2"
        let process = try #require(CPUTimes.Process(stat: line))
        #expect(process.number == 4242)
        #expect(process.parent == 7)
        #expect(process.ticks == 100 + 20 + 3 + 4000)
    }

    @Test(arguments: ["", "12", "12 (x) S", "x (y) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"])
    func `what is no such line is no process`(line: String) {
        #expect(CPUTimes.Process(stat: line) == nil)
    }

    @Test func `what was used before is not counted, and a new part counts whole`() {
        let before = CPUTimes(seconds: ["gateway": 1.5, "policy": 1])
        let after = CPUTimes(seconds: ["gateway": 2, "policy": 1.25, "state": 1])
        #expect((after - before).seconds == ["gateway": 0.5, "policy": 0.25, "state": 1])
        #expect((after - before).total == 1.75)
    }
}
