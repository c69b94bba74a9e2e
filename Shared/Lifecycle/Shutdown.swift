import Synchronization

/// A request to stop that can be asked, once and for ever, from anywhere; a service watches its own.
public final class Shutdown: Sendable {
    private struct State {
        var isRequested = false
        var nextWaiter = 0
        var waiters: [Int: Pause] = [:]
    }

    private let state = Mutex(State())

    /// Not requested yet.
    public init() {}

    /// Whether it was requested.
    public var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Requests it; repeating the request changes nothing.
    public func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.end() }
    }

    /// Returns when it is requested, or when the task is cancelled.
    public func wait() async {
        let pause = Pause()
        let watch = watch(pause)
        await pause.wait()
        forget(watch)
    }

    /// Waits for `duration`, or less when it is requested or the task is cancelled meanwhile. Returns true when the
    /// caller should stop.
    public func wait(atMost duration: Duration) async -> Bool {
        let pause = Pause()
        let watch = watch(pause)
        await pause.wait(atMost: duration)
        forget(watch)
        return isRequested || Task.isCancelled
    }

    /// Ends `pause` with the request; at once when that is made already. Until `forget`.
    func watch(_ pause: Pause) -> Int {
        let (id, isRequested) = state.withLock { state in
            state.nextWaiter += 1
            if !state.isRequested { state.waiters[state.nextWaiter] = pause }
            return (state.nextWaiter, state.isRequested)
        }
        if isRequested { pause.end() }
        return id
    }

    func forget(_ watch: Int) { state.withLock { $0.waiters[watch] = nil } }

    /// Runs `body`, and cancels it as soon as it is requested. Returns nil when that cut it short with a
    /// `CancellationError`; rethrows everything else.
    public func cancelling<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                await self.wait()
                return nil
            }
            group.addTask { try await body() }
            var value: Value?
            do {
                value = try await group.next() ?? nil
                group.cancelAll()
                // Whichever came second: the body's value still counts when it finished all the same.
                if let second = try await group.next() ?? nil { value = second }
            } catch is CancellationError where self.isRequested {
                return nil
            }
            return value
        }
    }
}
