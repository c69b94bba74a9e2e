import AgentWorkerDomain
import Contracts
import Core
import Lifecycle
import Messaging
import Postgres

/// Makes requests durable, and calls tasks off.
struct TaskIntake: BatchHandler {
    let topics: [Topic]
    let board: TaskBoard
    let instance: String
    let lease: Duration

    var isCongested: Bool { board.isCongested }
    var room: Int { board.demand }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        var work = Work()
        let messages = try batch.map { (inbound: $0, message: try IncomingMessage($0)) }
        let ids = Set(messages.compactMap(\.message.taskID)).sorted()
        work.known = try await TaskTable.lock(ids, on: transaction.connection)
        for (inbound, message) in messages { take(message, inbound, &work) }
        // Called off before it was written: the table remembers that, and no worker gets it.
        let begun = work.begun.sorted { $0.key < $1.key }.map(\.value)
        let calledOff = begun.filter { work.cancelled.contains($0.id) }
        let wanted = begun.filter { !work.cancelled.contains($0.id) }
        board.meet(wanted.lazy.map(\.tenant), at: transaction.now)
        let places = board.reserve(forNew: wanted.countsByTenant)
        let (first, later) = wanted.divided(places.counts, by: \.tenant)
        let runs = await run(lease(first, transaction), later, in: places, transaction)
        try await TaskTable.begin(
            runs.ended.map(\.task) + runs.begun + runs.leased + runs.waiting + calledOff, at: transaction.now,
            lease: lease, on: transaction.connection)
        try await Settlement.record(runs.ended, of: .ended, worker: instance, in: transaction)
        try await TaskTable.cancel(work.cancelled.sorted(), at: transaction.now, on: transaction.connection)
        // A later attempt makes an earlier one that still runs here pointless, as a cancellation does.
        let earlier = work.begun.mapValues { $0.attempt - 1 }
        let off = work.cancelled.map { ($0, work.known[$0]?.attempt ?? 0) }
        let stale = earlier.merging(off) { max($0, $1) }
        transaction.afterCommit { [board] in
            for (id, attempt) in stale { board.cancel(id, upTo: attempt) }
            board.note(waiting: runs.waiting.countsByTenant.keys)
            places.fill(with: runs.leased)
            runs.promise?.keep()
        }
    }

    /// What became of new tasks so far.
    private struct Runs {
        /// Those that have ended.
        var ended: [EarlyRuns.End] = []
        /// Those that run.
        var begun: [StoredTask] = []
        /// Those that have a place to run in.
        var leased: [StoredTask] = []
        var waiting: [StoredTask] = []
        /// To those that have begun.
        var promise: EarlyRuns.Promise?
    }

    /// Runs those of the tasks that may end at once. `first` have places.
    private func run(
        _ first: [StoredTask], _ later: [StoredTask], in places: TaskBoard.Places, _ transaction: MessageTransaction
    ) async -> Runs {
        var runs = Runs(leased: first, waiting: later)
        let early = first.filter(\.mayRead)
        guard let open = EarlyRuns(early, in: places) else { return runs }
        runs.promise = open.promise()
        let (ends, missed) = await open.gather(board.patience)
        board.note(ended: ends.count, missed: missed)
        runs.ended = ends
        let ended = Set(runs.ended.map(\.task.id))
        runs.begun = early.filter { !ended.contains($0.id) }
        runs.leased = first.filter { !$0.mayRead }
        return runs
    }

    /// Leases them to the workers of this process, so that these need not look for them.
    private func lease(_ tasks: [StoredTask], _ transaction: MessageTransaction) -> [StoredTask] {
        let owner = "\(instance)/\(board.nextLease())"
        return tasks.map { task in
            var task = task
            task.state.stage = .leased(owner: owner, until: transaction.now + lease)
            task.leases = 1
            return task
        }
    }

    /// What a batch changes.
    private struct Work {
        var known: [String: StoredTask] = [:]
        var begun: [String: StoredTask] = [:]
        var cancelled: Set<String> = []
    }

    private func take(_ message: IncomingMessage, _ inbound: Inbound, _ work: inout Work) {
        switch message {
        case .run(let request):
            let task = StoredTask(request, inbound)
            guard TaskState.begins(work.known[task.id]?.state, attempt: task.attempt) else { return }
            work.known[task.id] = task
            work.begun[task.id] = task
            work.cancelled.remove(task.id)
        case .cancel(let request):
            guard var task = work.known[request.taskID], task.state.isCancellable(attempt: Int(request.attempt)) else {
                return
            }
            task.state.stage = .cancelled
            work.known[task.id] = task
            work.cancelled.insert(task.id)
        case .inquire, .other: return
        }
    }
}
