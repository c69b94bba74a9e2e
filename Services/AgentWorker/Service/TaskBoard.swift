import AgentWorkerDomain
import Core
import Lifecycle
import Synchronization

/// What the parts of one process tell each other about tasks.
final class TaskBoard: Sendable {
    private struct State {
        var running: [String: (attempt: Int, cancel: Shutdown)] = [:]
        var isCongested = false
        var isAsked = false
        /// Of the tasks that the workers run, of those that they have not begun yet and of those kept free for others.
        var places: Occupancy
        var handed: [Handed] = []
        var lastLease = 0
        var patience: Patience
        var met = TenantsMet()
        var isShared = false
    }

    /// A task that is a worker's.
    struct Handed: Sendable {
        var task: StoredTask
        /// Requested when nobody wants it any more.
        var cancel: Shutdown
        /// When it was begun before its request was durable.
        var early: EarlyRuns?
    }

    /// Called when a task may be due.
    let work = Wakeup()
    private let state: Mutex<State>

    /// A board on which places go to tenants by these weights.
    init(weights: TenantWeights = TenantWeights(), patience: Patience = Patience()) {
        state = Mutex(State(places: Occupancy(weights: weights), patience: patience))
    }

    /// Whether more tasks wait than should.
    var isCongested: Bool {
        get { state.withLock { $0.isCongested } }
        set { state.withLock { $0.isCongested = newValue } }
    }

    /// How many tasks the workers run at a time; 0 while none work.
    var capacity: Int {
        get { state.withLock { $0.places.capacity } }
        set { state.withLock { $0.places.capacity = newValue } }
    }

    /// How many tasks are the workers' now.
    var taken: Int { state.withLock { $0.places.taken } }

    /// How many more tasks the workers could run.
    var room: Int { state.withLock { $0.places.room } }

    /// How many requests a poll may bring. One tenant's wait in the topic; where there are several, none may stand in
    /// another's way there.
    var demand: Int {
        state.withLock { $0.isShared ? .max : max($0.places.openRoom, $0.patience.surplus) }
    }

    /// Notes whose requests came.
    func meet(_ tenants: some Sequence<String>, at now: Instant) {
        state.withLock { $0.isShared = $0.met.meet(tenants, at: now) }
    }

    /// Whether the table may have due tasks that the workers have room for.
    var isWorthALook: Bool { state.withLock { $0.places.isWorthALook } }

    /// Asks for a look at who has due tasks in the table.
    func lookAround() {
        state.withLock { $0.isAsked = true }
        work.wake()
    }

    /// Whether that was asked for since the last call.
    func takeAsked() -> Bool {
        state.withLock { state in
            defer { state.isAsked = false }
            return state.isAsked
        }
    }

    /// Notes that these tenants may have due tasks in the table.
    func note(waiting tenants: some Sequence<String>) {
        state.withLock { $0.places.note(waiting: tenants) }
        work.wake()
    }

    /// Notes how many tasks the table had for those that places were kept for.
    func note(found tasks: [StoredTask], of places: Places) {
        state.withLock { $0.places.note(found: tasks.countsByTenant, of: places.counts) }
    }

    /// A new number for each lease: a stalled run of this very process must not pass for the one that took over.
    func nextLease() -> Int {
        state.withLock { state in
            state.lastLease += 1
            return state.lastLease
        }
    }

    /// How long the next poll waits for its tasks to end.
    var patience: Patience { state.withLock { $0.patience } }

    /// Notes how many tasks of a poll ended in time, and how many were waited for and did not.
    func note(ended: Int, missed: Int) { state.withLock { $0.patience.note(ended: ended, missed: missed) } }

    /// Keeps places free for new tasks: so many of each tenant, or fewer, or none.
    func reserve(forNew wanted: [String: Int]) -> Places {
        Places(state.withLock { $0.places.take(forNew: wanted) }, on: self)
    }

    /// Keeps places free for tasks of the table, for tenants that are known to have some.
    func reserveForWaiting() -> Places { Places(state.withLock { $0.places.takeForWaiting() }, on: self) }

    /// Gives the workers tasks leased in their name. They go back with their leases if no worker works any more.
    fileprivate func hand(_ tasks: [StoredTask], keeping kept: [String: Int]) {
        state.withLock { state in
            let isOpen = state.places.capacity > 0
            if isOpen { state.handed += tasks.map { Handed(task: $0, cancel: Self.begin($0.id, $0.attempt, &state)) } }
            let begun = isOpen ? tasks.countsByTenant : [:]
            state.places.free(kept.merging(begun, uniquingKeysWith: -))
        }
        work.wake()
    }

    /// Gives the workers tasks of a poll whose transaction is open, in places that are kept. False when no worker works
    /// any more; then the places are free.
    fileprivate func begin(_ tasks: [StoredTask], in runs: EarlyRuns) -> Bool {
        let isOpen = state.withLock { state in
            guard state.places.capacity > 0 else {
                state.places.free(tasks.countsByTenant)
                return false
            }
            state.handed += tasks.map {
                Handed(task: $0, cancel: Self.begin($0.id, $0.attempt, &state), early: runs)
            }
            return true
        }
        work.wake()
        return isOpen
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
        state.withLock { $0.places.free([handed.task.tenant: 1]) }
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
        /// How many, by tenant.
        let counts: [String: Int]
        private let board: TaskBoard
        private let kept: Mutex<[String: Int]>

        fileprivate init(_ counts: [String: Int], on board: TaskBoard) {
            (self.counts, self.board) = (counts, board)
            kept = Mutex(counts)
        }

        deinit { fill(with: []) }

        /// Gives the workers tasks of a poll whose transaction is open, of each tenant as many as there are places at
        /// most.
        /// False when no worker works any more.
        func begin(_ tasks: [StoredTask], in runs: EarlyRuns) -> Bool {
            kept.withLock { kept in
                for (tenant, count) in tasks.countsByTenant {
                    let left = kept[tenant, default: 0] - count
                    precondition(left >= 0, "more tasks than places")
                    kept[tenant] = left > 0 ? left : nil
                }
            }
            return board.begin(tasks, in: runs)
        }

        /// Gives the workers tasks, of each tenant as many as there are places at most, and the other places back.
        /// Later calls must bring none.
        func fill(with tasks: [StoredTask]) {
            let kept = kept.withLock { kept in
                defer { kept = [:] }
                return kept
            }
            let counts = tasks.countsByTenant
            precondition(counts.allSatisfy { $0.value <= kept[$0.key, default: 0] }, "more tasks than places")
            if !kept.isEmpty { board.hand(tasks, keeping: kept) }
        }
    }
}

extension [StoredTask] {
    /// How many of each tenant.
    var countsByTenant: [String: Int] { reduce(into: [:]) { $0[$1.tenant, default: 0] += 1 } }
}
