import Lifecycle
import Synchronization

/// What the parts of one process tell each other about tasks.
final class TaskBoard: Sendable {
    private struct State {
        var running: [String: Shutdown] = [:]
        var isCongested = false
    }

    /// Called when a task may be due.
    let work = Wakeup()
    private let state = Mutex(State())

    /// Whether more tasks wait than should.
    var isCongested: Bool {
        get { state.withLock { $0.isCongested } }
        set { state.withLock { $0.isCongested = newValue } }
    }

    /// Notes that the task runs here; what it returns is requested when nobody wants the task any more.
    func begin(_ taskID: String) -> Shutdown {
        let cancel = Shutdown()
        state.withLock { $0.running[taskID] = cancel }
        return cancel
    }

    /// Notes that it does not run here any more.
    func end(_ taskID: String, _ cancel: Shutdown) {
        state.withLock { if $0.running[taskID] === cancel { $0.running[taskID] = nil } }
    }

    /// Stops the task if it runs here.
    func cancel(_ taskID: String) { state.withLock { $0.running[taskID] }?.request() }
}
