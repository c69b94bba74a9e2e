import Synchronization

/// One wait of one task, which whoever comes first ends.
package final class Pause: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.open)

    /// A wait that has not begun.
    package init() {}

    /// Ends the wait, or lets it not begin. Repeating it changes nothing.
    package func end() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume()
    }

    /// Returns after `end`, or when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    switch state {
                    case .over: return true
                    case .waiting: preconditionFailure("one task waits, once")
                    case .open:
                        state = .waiting(continuation)
                        return false
                    }
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            end()
        }
    }

    /// Returns after `end`, after `limit`, or when the task is cancelled.
    package func wait(atMost limit: Duration) async {
        guard Deadlines.areReal.load(ordering: .relaxed) else { return await sleep(atMost: limit) }
        let deadline = Deadlines.shared.end(self, after: limit)
        await wait()
        Deadlines.shared.forget(deadline)
    }

    private func sleep(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { if (try? await Task.sleep(for: limit)) != nil { self.end() } }
            await wait()
            group.cancelAll()
        }
    }
}
