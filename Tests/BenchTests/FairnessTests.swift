import Testing

@testable import cadenza_bench

@Suite struct FairnessTests {
    @Test func `the flood's share is of what the others leave of its rate alone`() {
        var outcome = Fairness.Outcome()
        outcome.floodAlone = .init(count: 100, begun: 100, whole: .seconds(1))
        outcome.beside.rate = 20
        outcome.flood = .init(count: 144, begun: 144, whole: .seconds(2))
        #expect(outcome.share == 0.9)
        #expect(Fairness.Outcome.bound(alone: 20) == 90)
    }

    @Test func `a task's first call is its beginning, and each tenant's are counted apart`() {
        let watch = BeginWatch()
        let first = ContinuousClock.now
        let paths = ["/a/1", "/a/1", "/a/2", "/ab/1"]
        watch.note(paths.enumerated().map { .init(path: $1, at: first + .seconds($0)) })
        #expect(watch.begin("/a/1") == first)
        #expect(watch.progress("a").count == 2)
        #expect(watch.progress("a").last == watch.begin("/a/2"))
        #expect(watch.progress("ab").count == 1)
        #expect(watch.begin("/b/1") == nil)
        #expect(watch.count("a", from: first, to: first + .seconds(3)) == 1)
        #expect(watch.count("a", from: first - .seconds(1), to: first + .seconds(3)) == 2)
    }
}
