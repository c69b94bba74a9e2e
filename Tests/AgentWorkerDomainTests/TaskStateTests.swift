import Core
import Testing

@testable import AgentWorkerDomain

@Suite("The leases of a task")
struct TaskStateTests {
    private let now = Instant(milliseconds: 1_000_000)

    @Test("Only a new or later attempt begins; repetitions and stragglers do not")
    func begins() {
        let known = TaskState(attempt: 2, stage: .finished)
        #expect(TaskState.begins(nil, attempt: 1))
        #expect(TaskState.begins(known, attempt: 3))
        #expect(!TaskState.begins(known, attempt: 2))
        #expect(!TaskState.begins(known, attempt: 1))
    }

    @Test("A result counts for the attempt and the holder of its lease alone")
    func results() {
        let state = TaskState(attempt: 2, stage: .leased(owner: "a", until: now))
        #expect(state.accepts(attempt: 2, owner: "a"))
        #expect(!state.accepts(attempt: 1, owner: "a"))
        #expect(!state.accepts(attempt: 2, owner: "b"))
        #expect(!TaskState(attempt: 2, stage: .cancelled).accepts(attempt: 2, owner: "a"))
    }

    @Test("Open attempts can be called off, earlier requests to do so cannot reach a later attempt")
    func cancels() {
        let state = TaskState(attempt: 2, stage: .suspended(until: now))
        #expect(state.isCancellable(attempt: 2))
        #expect(state.isCancellable(attempt: 0))
        #expect(!state.isCancellable(attempt: 1))
        #expect(!TaskState(attempt: 2, stage: .finished).isCancellable(attempt: 2))
    }
}
