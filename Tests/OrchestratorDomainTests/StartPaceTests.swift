import OrchestratorDomain
import Testing

@Suite struct StartPaceTests {
    @Test func `a transaction takes what fits into its goal, within bounds`() {
        var pace = StartPace(most: 64)
        #expect(pace.count == 64)
        pace.note(64, in: .milliseconds(64))
        #expect(pace.count == 10)
        pace.note(10, in: .seconds(2))
        #expect(pace.count == StartPace.least)
        for _ in 0..<50 { pace.note(8, in: .microseconds(80)) }
        #expect(pace.count == 64)
    }

    @Test func `nothing begun tells nothing, and few at most are few`() {
        var pace = StartPace(most: 4)
        pace.note(0, in: .seconds(1))
        pace.note(4, in: .seconds(1))
        #expect(pace.count == 4)
    }
}
