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
        #expect(pace.limit == most || time * 3 > BatchPace.aim, "\(pace.limit) of \(cost)")
    }

    @Test("one bad moment halves it at most, and small batches in good time change nothing")
    func moments() {
        var pace = BatchPace(most: 500)
        pace.note(3, in: .seconds(9))
        #expect(pace.limit == 250)
        pace.note(3, in: .milliseconds(1))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(49))
        #expect(pace.limit == 250)
        pace.note(250, in: .milliseconds(24))
        #expect(pace.limit == 500)
    }
}
