import AgentWorkerDomain
import Core
import Lifecycle
import Synchronization

/// The tasks of a poll that run while its transaction is open. Those that end in time are written with their requests,
/// and that is all there is to write. Only what reads ends so: whatever else waits until its request is durable.
final class EarlyRuns: Sendable {
    /// How a task ended.
    typealias End = (task: StoredTask, settlement: Settlement)

    fileprivate enum Fate { case open, written, lost }

    private struct State {
        /// The ids of those that run and are waited for.
        var awaited: Set<String>
        var ended: [End] = []
        var lastEnd = ContinuousClock.now
        /// Whether nothing is waited for any more.
        var isClosed = false
        var fate = Fate.open
    }

    private let state: Mutex<State>
    private let done = Wakeup()
    /// Requested once it is known whether the requests are durable.
    private let settled = Shutdown()

    /// Hands leased tasks to the workers, in `places`. Nil when there are none, or no worker works.
    init?(_ tasks: [StoredTask], in places: TaskBoard.Places) {
        state = Mutex(State(awaited: Set(tasks.map(\.id))))
        guard !tasks.isEmpty, places.begin(tasks, in: self) else { return nil }
    }

    /// Waits until all have ended, or none has for as long as `patience` says; gives those that have,
    /// and how many have not.
    func gather(_ patience: Patience) async -> (ended: [End], missed: Int) {
        let start = ContinuousClock.now
        while let left = left(since: start, patience), left > .zero, !Task.isCancelled {
            await done.wait(atMost: left, unless: settled)
        }
        return state.withLock { state in
            state.isClosed = true
            return (state.ended, state.awaited.count)
        }
    }

    /// How much longer to wait; nil when there is nothing to wait for.
    private func left(since start: ContinuousClock.Instant, _ patience: Patience) -> Duration? {
        state.withLock { state in
            if state.awaited.isEmpty { return nil }
            let now = ContinuousClock.now
            return min(patience.limit - (now - state.lastEnd), patience.wholePoll - (now - start))
        }
    }

    /// Brings how a task ended. True when that becomes durable with its request, or is lost with it; false when it came
    /// too late for that and the request is durable. Throws `LeaseLost` when that never will be, and
    /// `CancellationError`.
    func bring(_ task: StoredTask, _ settlement: Settlement) async throws -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.awaited.remove(task.id) != nil else { return false }
            var ended = task
            ended.state.stage = .finished
            state.ended.append((ended, settlement))
            state.lastEnd = .now
            return true
        }
        guard isTaken else {
            try await durable()
            return false
        }
        wakeWhenDone()
        return true
    }

    /// For a task that must not go on before its request is durable, and so is not waited for. Returns when it is.
    /// Throws `LeaseLost` when it never will be, and `CancellationError`.
    func leave(_ task: StoredTask) async throws {
        abandon(task)
        try await durable()
    }

    /// Notes that the task is not to be waited for any more.
    func abandon(_ task: StoredTask) {
        if state.withLock({ $0.awaited.remove(task.id) }) != nil { wakeWhenDone() }
    }

    private func wakeWhenDone() { if state.withLock({ $0.awaited.isEmpty }) { done.wake() } }

    /// Returns when the requests are durable. Throws `LeaseLost` when they never will be, and `CancellationError`.
    func durable() async throws {
        await settled.wait()
        guard state.withLock({ $0.fate }) == .written else {
            try Task.checkCancellation()
            throw LeaseLost()
        }
    }

    /// What the transaction of the poll holds: it says what became of the requests, at the latest when it goes.
    func promise() -> Promise { Promise(self) }

    fileprivate func settle(_ fate: Fate) {
        state.withLock { if $0.fate == .open { $0.fate = fate } }
        settled.request()
    }
}

extension EarlyRuns {
    /// Dropped with the transaction that fails.
    final class Promise: Sendable {
        private let runs: EarlyRuns

        fileprivate init(_ runs: EarlyRuns) { self.runs = runs }

        deinit { runs.settle(.lost) }

        /// The requests are durable.
        func keep() { runs.settle(.written) }
    }
}
