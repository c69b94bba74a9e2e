import Testing

@testable import Lifecycle

@Suite("Deadlines", .timeLimit(.minutes(5)))
struct DeadlinesTests {
    @Test("each pause ends at its own time, whatever the order in which they were given", arguments: 1...5)
    func order(seed: UInt64) async {
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        let delays = (0..<200).map { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Duration.microseconds(Int(random >> 40) % 60_000)
        }
        let start = ContinuousClock.now
        let early = await withTaskGroup(of: Bool.self) { group in
            for delay in delays {
                group.addTask {
                    await Pause().wait(atMost: delay)
                    return ContinuousClock.now - start < delay
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(early == 0)
    }

    @Test("what is not needed any more is not kept until its time")
    func forgotten() async {
        await Wakeup().isWaitedFor(5000)
        #expect(Deadlines.shared.count < 2500)
    }

    @Test("a cancelled task waits no longer")
    func cancelled() async {
        let task = Task { await Pause().wait(atMost: .seconds(3600)) }
        task.cancel()
        await task.value
        #expect(task.isCancelled)
    }
}
