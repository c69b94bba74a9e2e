import Lifecycle
import Synchronization

/// What the parts of one process tell each other about tasks.
final class TaskBoard: Sendable {
    private struct State {
        var running: [String: Shutdown] = [:]
        var isCongested = false
        /// How many tasks the workers run at a time; 0 while none work.
        var capacity = 0
        /// How many are theirs now, those that they have not begun yet included.
        var taken = 0
        var handed: [StoredTask] = []
        var hasMore = true
        var lastLease = 0
    }

    /// Called when a task may be due.
    let work = Wakeup()
    private let state = Mutex(State())

    /// Whether more tasks wait than should.
    var isCongested: Bool {
        get { state.withLock { $0.isCongested } }
        set { state.withLock { $0.isCongested = newValue } }
    }

    /// How many tasks the workers run at a time; 0 while none work.
    var capacity: Int {
        get { state.withLock { $0.capacity } }
        set { state.withLock { $0.capacity = newValue } }
    }

    /// How many tasks are the workers' now.
    var taken: Int { state.withLock { $0.taken } }

    /// How many more tasks the workers could run.
    var room: Int { state.withLock { max(0, $0.capacity - $0.taken) } }

    /// Whether the table may have due tasks that nobody has looked at.
    var hasMore: Bool {
        get { state.withLock { $0.hasMore } }
        set { state.withLock { $0.hasMore = newValue } }
    }

    /// A new number for each lease: a stalled run of this very process must not pass for the one that took over.
    func nextLease() -> Int {
        state.withLock { state in
            state.lastLease += 1
            return state.lastLease
        }
    }

    /// Gives the workers tasks that are leased in their name.
    func hand(_ tasks: [StoredTask]) {
        state.withLock { state in
            state.handed += tasks
            state.taken += tasks.count
        }
        work.wake()
    }

    /// The tasks given since the last call.
    func takeHanded() -> [StoredTask] {
        state.withLock { state in
            defer { state.handed = [] }
            return state.handed
        }
    }

    /// Notes that the workers are done with one.
    func finish() {
        state.withLock { $0.taken -= 1 }
        work.wake()
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
