import Synchronization

/// Tells a loop that there is work. A call of `wake` while nobody waits is remembered; several count as one.
public final class Wakeup: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// A wake-up that nobody has called.
    public init() {}

    /// Lets the loop go on, now or when it next waits. Any thread may call it.
    public func wake() {
        let waiter = state.withLock { state in
            state.isPending = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns on `wake`, after `limit`, when `shutdown` is requested or when the task is cancelled, whichever is
    /// first.
    /// One loop may wait at a time.
    public func wait(atMost limit: Duration, unless shutdown: Shutdown) async {
        // Without the three tasks, which a busy loop would make each time.
        if takePending() { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.signal() }
            group.addTask { await shutdown.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func takePending() -> Bool {
        state.withLock { state in
            defer { state.isPending = false }
            return state.isPending
        }
    }

    private func signal() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // Asked under the lock: a cancellation either shows here or finds the waiter below.
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    precondition(state.waiter == nil, "one loop may wait at a time")
                    state.waiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
