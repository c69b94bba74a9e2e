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
        let places = board.reserve(forNew: wanted.countsByTenant)
        let (first, waiting) = wanted.divided(places.counts, by: \.tenant)
        let leased = lease(first, transaction)
        try await TaskTable.begin(
            leased + waiting + calledOff, at: transaction.now, lease: lease, on: transaction.connection)
        try await TaskTable.cancel(work.cancelled.sorted(), at: transaction.now, on: transaction.connection)
        // A later attempt makes an earlier one that still runs here pointless, as a cancellation does.
        let earlier = work.begun.mapValues { $0.attempt - 1 }
        let off = work.cancelled.map { ($0, work.known[$0]?.attempt ?? 0) }
        let stale = earlier.merging(off) { max($0, $1) }
        transaction.afterCommit { [board] in
            for (id, attempt) in stale { board.cancel(id, upTo: attempt) }
            board.note(waiting: waiting.countsByTenant.keys)
            places.fill(with: leased)
        }
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
