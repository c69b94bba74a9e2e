import Synchronization

/// Tells a loop that there is work. A call of `wake` while nobody waits is remembered; several count as one.
public final class Wakeup: Sendable {
    private struct State {
        var isPending = false
        var waiter: Pause?
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
        waiter?.end()
    }

    /// Returns on `wake`, after `limit`, when `shutdown` is requested or when the task is cancelled, whichever is
    /// first.
    /// One loop may wait at a time.
    public func wait(atMost limit: Duration, unless shutdown: Shutdown) async {
        let pause = Pause()
        let isWoken = state.withLock { state in
            precondition(state.waiter == nil, "one loop may wait at a time")
            defer { state.isPending = false }
            if !state.isPending { state.waiter = pause }
            return state.isPending
        }
        if isWoken { return }
        let watch = shutdown.watch(pause)
        await pause.wait(atMost: limit)
        shutdown.forget(watch)
        state.withLock { if $0.waiter === pause { $0.waiter = nil } }
    }
}
