import Core
import Testing

@testable import AgentWorkerDomain

@Suite("Where a task stands for whoever waits for it")
struct StandingTests {
    private let now = Instant(milliseconds: 1_000_000)

    private func standing(
        _ attempt: Int, _ known: TaskState?, ended: Duration? = nil, requested: Duration = .seconds(60)
    ) -> TaskState.Standing? {
        TaskState.standing(
            of: attempt, known, endedAt: ended.map { now - $0 }, requestedAt: now - requested,
            rememberedSince: now - .seconds(500), settledBefore: now - .seconds(10))
    }

    @Test("What never came is unknown, unless it would have been forgotten by now")
    func unknown() {
        #expect(standing(1, nil) == .unknown)
        #expect(standing(2, TaskState(attempt: 1, stage: .finished), ended: .seconds(50)) == .unknown)
        #expect(standing(1, nil, requested: .seconds(501)) == .forgotten)
    }

    @Test("What is done is finished, once its answer has had the time to arrive")
    func finished() {
        let known = TaskState(attempt: 2, stage: .finished)
        #expect(standing(2, known, ended: .seconds(11)) == .finished)
        #expect(standing(2, known, ended: .seconds(9)) == nil)
        #expect(standing(2, TaskState(attempt: 2, stage: .cancelled), ended: .seconds(11)) == .cancelled)
    }

    @Test("Nothing is said of what is under way or has been overtaken by a later attempt")
    func underWay() {
        let stages: [TaskState.Stage] = [
            .waiting(until: now), .leased(owner: "a", until: now), .suspended(until: now), .held,
        ]
        for stage in stages { #expect(standing(2, TaskState(attempt: 2, stage: stage)) == nil) }
        #expect(standing(1, TaskState(attempt: 2, stage: .finished), ended: .seconds(50)) == nil)
    }
}
