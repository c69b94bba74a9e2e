import Lifecycle
import Synchronization

/// What the parts of one process tell each other about tasks.
final class TaskBoard: Sendable {
    private struct State {
        var running: [String: (attempt: Int, cancel: Shutdown)] = [:]
        var isCongested = false
        /// How many tasks the workers run at a time; 0 while none work.
        var capacity = 0
        /// How many are theirs now, with those that they have not begun yet and the places kept free for others.
        var taken = 0
        var handed: [Handed] = []
        var hasMore = true
        var lastLease = 0
    }

    /// A task that is a worker's.
    struct Handed: Sendable {
        var task: StoredTask
        /// Requested when nobody wants it any more.
        var cancel: Shutdown
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

    /// Keeps places free for up to `count` tasks; fewer, or none, when the workers have no room for so many.
    func reserve(_ count: Int) -> Places {
        let granted = state.withLock { state in
            let granted = max(0, min(count, state.capacity - state.taken))
            state.taken += granted
            return granted
        }
        return Places(count: granted, on: self)
    }

    /// Gives the workers tasks leased in their name. They go back with their leases if no worker works any more.
    fileprivate func hand(_ tasks: [StoredTask], keeping kept: Int) {
        state.withLock { state in
            let isOpen = state.capacity > 0
            if isOpen { state.handed += tasks.map { Handed(task: $0, cancel: Self.begin($0.id, $0.attempt, &state)) } }
            state.taken -= kept - (isOpen ? tasks.count : 0)
        }
        work.wake()
    }

    /// The tasks given since the last call. Each is to be ended.
    func takeHanded() -> [Handed] {
        state.withLock { state in
            defer { state.handed = [] }
            return state.handed
        }
    }

    /// Notes that the workers are done with one.
    func finish(_ handed: Handed) {
        end(handed.task.id, handed.cancel)
        state.withLock { $0.taken -= 1 }
        work.wake()
    }

    /// Notes that an attempt of the task is to run here; what it returns is requested when nobody wants it any more.
    func begin(_ taskID: String, attempt: Int) -> Shutdown {
        state.withLock { Self.begin(taskID, attempt, &$0) }
    }

    private static func begin(_ taskID: String, _ attempt: Int, _ state: inout State) -> Shutdown {
        let cancel = Shutdown()
        state.running[taskID] = (attempt, cancel)
        return cancel
    }

    /// Notes that it does not run here any more.
    private func end(_ taskID: String, _ cancel: Shutdown) {
        state.withLock { if $0.running[taskID]?.cancel === cancel { $0.running[taskID] = nil } }
    }

    /// Stops the task if it runs here, or is about to, and its attempt is not later than `attempt`.
    func cancel(_ taskID: String, upTo attempt: Int) {
        guard let running = state.withLock({ $0.running[taskID] }), running.attempt <= attempt else { return }
        running.cancel.request()
    }
}

extension TaskBoard {
    /// Places kept free for tasks that are about to be leased. Those not filled are free again when it goes: a
    /// transaction that fails drops it with its actions.
    final class Places: Sendable {
        /// How many.
        let count: Int
        private let board: TaskBoard
        private let kept: Mutex<Int>

        fileprivate init(count: Int, on board: TaskBoard) {
            (self.count, self.board) = (count, board)
            kept = Mutex(count)
        }

        deinit { fill(with: []) }

        /// Gives the workers tasks, `count` at most, and the other places back. Later calls must bring none.
        func fill(with tasks: [StoredTask]) {
            let kept = kept.withLock { kept in
                defer { kept = 0 }
                return kept
            }
            precondition(tasks.count <= kept, "more tasks than places")
            if kept > 0 { board.hand(tasks, keeping: kept) }
        }
    }
}
