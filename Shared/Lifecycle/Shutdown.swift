import Synchronization

/// A request to stop that can be asked, once and for ever, from anywhere; a service watches its own.
public final class Shutdown: Sendable {
    private struct State {
        var isRequested = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
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
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when it is requested, or when the task is cancelled.
    public func wait() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // The task's flag is set before `onCancel` runs, so one of the two sees this waiter.
                    if state.isRequested || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// Waits for `duration`, or less when it is requested or the task is cancelled meanwhile. Returns true when the
    /// caller should stop.
    public func wait(atMost duration: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
        return isRequested || Task.isCancelled
    }

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
