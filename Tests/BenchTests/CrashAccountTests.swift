import Testing

@testable import cadenza_bench

@Suite struct CrashAccountTests {
    private let start = ContinuousClock.now

    /// A call at a time in milliseconds.
    private func call(_ path: String, _ time: Int) -> StepServer.Call {
        StepServer.Call(path: path, at: start + .milliseconds(time))
    }

    /// Calls of different tasks, one every ten milliseconds.
    private func steady(_ times: Range<Int>) -> [StepServer.Call] {
        stride(from: times.lowerBound, to: times.upperBound, by: 10).map { call("at\($0)", $0) }
    }

    private func account(_ calls: [StepServer.Call], finished: Set<String> = []) -> CrashAccount {
        CrashAccount(
            calls, finished: finished, killed: start + .milliseconds(1000), restarted: start + .milliseconds(1500))
    }

    @Test func `a finished task that is run again is told from one that was under way`() {
        let account = account(
            [call("a", 1), call("b", 2), call("a", 1600), call("b", 1601), call("b", 1602), call("c", 1603)],
            finished: ["a"])
        #expect(account.finishedAgain == 1)
        #expect(account.othersAgain == 2)
    }

    @Test func `the rate is that of the second before, and is back with the first window that is nearly as full`() {
        let account = account(steady(0..<1000) + steady(2000..<3000))
        #expect(abs(account.rateBefore - 100) < 1)
        // 90 % of the calls of 250 ms, 10 ms apart, the first one at 2 s, half a second after the restart.
        #expect(account.backAfter == .milliseconds(500 + 10 * 22))
    }

    @Test func `who never comes back to the rate is not back`() {
        let slow = stride(from: 2000, to: 4000, by: 50).map { call("slow\($0)", $0) }
        #expect(account(steady(0..<1000) + slow).backAfter == nil)
        #expect(account(steady(0..<1000)).backAfter == nil)
    }
}
