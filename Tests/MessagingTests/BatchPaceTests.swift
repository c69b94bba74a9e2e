import Core
import Testing

@testable import Messaging

@Suite("How many messages a transaction takes")
struct BatchPaceTests {
    @Test("whatever a message costs, full batches come to fill the time and no more", arguments: 1...20)
    func settles(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let most = 16 + Int(random.next() % 1000)
        var pace = BatchPace(most: most)
        let cost = Duration.microseconds(Int(1 + random.next() % 3000))
        for _ in 0..<20 { pace.note(pace.limit, in: cost * pace.limit) }
        let time = cost * pace.limit
        #expect(time <= BatchPace.aim || pace.limit == BatchPace.least, "\(pace.limit) of \(cost)")
        #expect(pace.limit == most || time * 4 > BatchPace.aim * 3, "\(pace.limit) of \(cost)")
    }

    /// A pace that takes as many as there may be.
    private static func quick(most: Int) -> BatchPace {
        var pace = BatchPace(most: most)
        while pace.limit < most { pace.note(pace.limit, in: .milliseconds(1)) }
        return pace
    }

    @Test("one bad moment halves it at most, and what half fills it in good time changes nothing")
    func moments() {
        var pace = Self.quick(most: 500)
        pace.note(3, in: .seconds(9))
        #expect(pace.limit == 250)
        pace.note(125, in: .milliseconds(1))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(49))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(22))
        #expect(pace.limit == 500)
    }

    @Test("the first of many take few with them, at the beginning and after a calm")
    func calm() {
        #expect(BatchPace(most: 500).limit == BatchPace.calm)
        #expect(BatchPace(most: 20).limit == 20)
        var pace = Self.quick(most: 500)
        for _ in 0..<20 { pace.note(1, in: .milliseconds(2)) }
        #expect(pace.limit == BatchPace.calm)
        pace.note(BatchPace.calm, in: .milliseconds(20))
        #expect(pace.limit == 2 * BatchPace.calm)
        var slow = BatchPace(most: 500)
        for _ in 0..<20 { slow.note(slow.limit, in: .milliseconds(3) * slow.limit) }
        for _ in 0..<20 { slow.note(1, in: .milliseconds(3)) }
        #expect(slow.limit == BatchPace.least)
    }
}
