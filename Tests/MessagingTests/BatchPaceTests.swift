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
        for _ in 0..<30 { pace.note(pace.limit, in: cost * pace.limit) }
        let time = cost * pace.limit
        #expect(time <= BatchPace.longest || pace.limit == BatchPace.least, "\(pace.limit) of \(cost)")
        #expect(pace.limit == most || time * 4 > BatchPace.longest * 3, "\(pace.limit) of \(cost)")
    }

    /// A topic into which messages come while polls take them: each poll costs 4 ms and each message 1 ms.
    private struct Topic {
        var pace = BatchPace(most: 500)
        private(set) var waiting = 0.0

        /// Polls until `time` has passed, with so many messages a millisecond; how long the polls took.
        mutating func run(_ rate: Double, for time: Duration) -> [Duration] {
            var (passed, times) = (Duration.zero, [Duration]())
            while passed < time {
                let count = min(Int(waiting), pace.limit)
                let poll = Duration.milliseconds(4 + count)
                if count > 0 {
                    pace.note(count, in: poll)
                    times.append(poll)
                }
                waiting += rate * (poll / .milliseconds(1)) - Double(count)
                passed += poll
            }
            return times
        }
    }

    @Test("transactions are short while that is enough, and longer while more comes than short ones can take")
    func adapts() {
        var topic = Topic()
        // Short ones take 0.8 a millisecond, long ones 0.92.
        for _ in 0..<3 {
            let busy = topic.run(0.87, for: .seconds(60)).suffix(100)
            #expect(topic.waiting < 100, "\(topic.waiting)")
            #expect(busy.allSatisfy { $0 <= BatchPace.longest }, "\(busy.max()!)")
            let calm = topic.run(0.7, for: .seconds(10)).suffix(100)
            #expect(calm.allSatisfy { $0 <= BatchPace.shortest }, "\(calm.max()!)")
            #expect(topic.pace.aim == BatchPace.shortest)
        }
    }

    /// A pace that takes as many as there may be.
    private static func quick(most: Int) -> BatchPace {
        var pace = BatchPace(most: most)
        while pace.limit < most { pace.note(pace.limit, in: .milliseconds(1)) }
        return pace
    }

    @Test("one bad moment halves it at most, and what half fills it or takes just its time changes nothing")
    func moments() {
        var pace = Self.quick(most: 500)
        pace.note(3, in: .seconds(9))
        #expect(pace.limit == 250)
        pace.note(125, in: .milliseconds(1))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(24))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(11))
        #expect(pace.limit == 500)
    }

    @Test("the first of many take few with them, at the beginning and after a calm")
    func calm() {
        #expect(BatchPace(most: 500).limit == BatchPace.calm)
        #expect(BatchPace(most: 20).limit == 20)
        var pace = Self.quick(most: 500)
        for _ in 0..<20 { pace.note(1, in: .milliseconds(2)) }
        #expect(pace.limit == BatchPace.calm)
        pace.note(BatchPace.calm, in: .milliseconds(8))
        #expect(pace.limit == 2 * BatchPace.calm)
        var slow = BatchPace(most: 500)
        for _ in 0..<20 { slow.note(slow.limit, in: .milliseconds(3) * slow.limit) }
        for _ in 0..<20 { slow.note(1, in: .milliseconds(3)) }
        #expect(slow.limit == BatchPace.least)
    }
}
