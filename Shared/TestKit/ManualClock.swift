public import Core
import Synchronization

/// A clock that stands still until it is told to advance.
public final class ManualClock: WallClock {
    private struct State {
        var now: Instant
        var nextID = 0
        var sleepers: [(id: Int, due: Instant, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    /// A clock that shows `now`.
    public init(_ now: Instant = Instant(microseconds: 1_700_000_000_000_000)) { state = Mutex(State(now: now)) }

    /// What it shows.
    public func now() -> Instant { state.withLock { $0.now } }

    /// How many sleep on it.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Moves it forward and wakes whose time has come, in order of their times.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let now = state.now
            let due = state.sleepers.filter { $0.due <= now }.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
            state.sleepers.removeAll { $0.due <= now }
            return due
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Returns once it has been advanced to `instant`.
    public func sleep(until instant: Instant) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver: (any Error)?? = state.withLock { state in
                    if Task.isCancelled { return .some(CancellationError()) }
                    if state.now >= instant { return .some(nil) }
                    state.sleepers.append((id, instant, continuation))
                    return nil
                }
                guard let isOver else { return }
                if let error = isOver { continuation.resume(throwing: error) } else { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0).continuation }
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }
}
