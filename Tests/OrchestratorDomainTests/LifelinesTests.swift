import Core
import OrchestratorDomain
import Testing

@Suite struct LifelinesTests {
    private typealias Filter = Lifelines.Filter

    private let whole = Lifelines(
        timers: ["e:t1": Instant(milliseconds: 5), "e:t2": Instant(milliseconds: 9)], tasks: ["e:1": 1, "e:2": 3],
        filters: [Filter(subscription: "e:s1", pointer: "/a"), Filter(subscription: "e:s1", pointer: "/b")])

    @Test func `nothing is missing where all is there, and more than is needed is no loss`() {
        var more = whole
        more.timers["e:t3"] = Instant(milliseconds: 1)
        more.tasks["e:7"] = 1
        more.filters.insert(Filter(subscription: "e:s2", pointer: "/a"))
        #expect(whole.losses(in: whole).isEmpty)
        #expect(whole.losses(in: more).isEmpty)
        #expect(Lifelines().losses(in: whole).isEmpty)
    }

    @Test func `what is gone or stands otherwise is named, each once and in a fixed order`() {
        var found = whole
        found.timers = ["e:t2": Instant(milliseconds: 10)]
        found.tasks["e:2"] = 2
        found.filters.remove(Filter(subscription: "e:s1", pointer: "/b"))
        #expect(
            whole.losses(in: found) == [
                .timer("e:t1", due: Instant(milliseconds: 5)), .timer("e:t2", due: Instant(milliseconds: 9)),
                .task("e:2", attempt: 3), .filter(Filter(subscription: "e:s1", pointer: "/b")),
            ])
    }

    @Test func `whatever is taken away is found, and nothing else, and putting it back mends all`() {
        for seed in 1...500 as ClosedRange<UInt64> {
            var dice = SplitMix64(seed: seed)
            let expected = Self.random(&dice)
            var found = expected
            var taken = 0
            for timer in expected.timers.keys.sorted() where dice.next() % 3 == 0 {
                found.timers[timer] = dice.next() % 2 == 0 ? nil : expected.timers[timer]! + .milliseconds(1)
                taken += 1
            }
            for task in expected.tasks.keys.sorted() where dice.next() % 3 == 0 {
                found.tasks[task] = dice.next() % 2 == 0 ? nil : expected.tasks[task]! - 1
                taken += 1
            }
            for filter in expected.filters where stableHash(filter.pointer) % 3 == 0 {
                found.filters.remove(filter)
                taken += 1
            }
            let losses = expected.losses(in: found)
            #expect(losses.count == taken && Set(losses).count == taken, "seed \(seed)")
            for loss in losses {
                switch loss {
                case .timer(let id, let due): found.timers[id] = due
                case .task(let id, let attempt): found.tasks[id] = attempt
                case .filter(let filter): found.filters.insert(filter)
                }
            }
            #expect(found == expected, "seed \(seed)")
        }
    }

    private static func random(_ dice: inout SplitMix64) -> Lifelines {
        var lines = Lifelines()
        for n in 0..<dice.next() % 8 { lines.timers["t\(n)"] = Instant(microseconds: Int64(dice.next() % 1000)) }
        for n in 0..<dice.next() % 8 { lines.tasks["e:\(n)"] = Int(dice.next() % 5) + 1 }
        for n in 0..<dice.next() % 8 { lines.filters.insert(Filter(subscription: "s", pointer: "/\(n)")) }
        return lines
    }
}
