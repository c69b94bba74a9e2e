import Core
import Engine
import Testing

/// A history that another part has damaged: events that are missing, repeated, in another order or another execution's.
@Suite(.timeLimit(.minutes(5))) struct DisorderTests {
    /// How many histories; each is damaged in so many ways.
    private static let (histories, ways) = (12, 40)

    /// The history with events missing, repeated, elsewhere, and some of `strange`.
    private static func damaged(
        _ history: [ExecutionEvent], by strange: [ExecutionEvent], _ random: inout SplitMix64
    ) -> [ExecutionEvent] {
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        var events = history
        for _ in 0...below(8) where events.count > 2 {
            let (at, other) = (1 + below(events.count - 1), 1 + below(events.count - 1))
            switch below(4) {
            case 0: events.remove(at: at)
            case 1: events.insert(events[at], at: other)
            case 2: events.swapAt(at, other)
            default: events.insert(strange[below(strange.count)], at: at)
            }
        }
        return events
    }

    @Test func `a damaged history is objected to or folds to a state that can be stored`() throws {
        var random = SplitMix64(seed: 1)
        let histories = try (0..<UInt64(Self.histories)).map { Array(try PropertyTests.play($0).events.prefix(120)) }
        var objections = 0
        for (number, history) in histories.enumerated() {
            for way in 0..<Self.ways {
                let strange = histories[(number + way) % histories.count]
                let events = Self.damaged(history, by: strange, &random)
                var state = try #require(ExecutionState(events[0]))
                for event in events.dropFirst() {
                    guard state.objection(to: event) == nil else {
                        objections += 1
                        continue
                    }
                    state.apply(event)
                }
                let stored = ExecutionState(json: try JSON(parsing: state.json.bytes()))
                #expect(stored == state, "history \(number), way \(way)")
            }
        }
        #expect(objections > Self.histories * Self.ways)
    }
}
