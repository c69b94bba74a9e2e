import AgentWorkerDomain
import Contracts
import Core
import Lifecycle
import Messaging
import Postgres
import ServiceKit

/// Makes requests durable, calls tasks off, and brings answers to the tasks that wait for them.
struct TaskIntake: BatchHandler {
    let topics: [Topic]
    let board: TaskBoard
    let claims: ClaimCheck
    let instance: String
    let lease: Duration

    var isCongested: Bool { board.isCongested }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        var work = Work()
        let messages = try batch.map { (inbound: $0, message: try IncomingMessage($0)) }
        let ids = Set(messages.compactMap(\.message.taskID)).sorted()
        work.known = try await TaskTable.lock(ids, on: transaction.connection)
        for (inbound, message) in messages { try await take(message, inbound, &work, transaction) }
        let begun = lease(work.begun.sorted { $0.key < $1.key }.map(\.value), transaction)
        try await TaskTable.begin(begun, at: transaction.now, lease: lease, on: transaction.connection)
        try await TaskTable.cancel(work.cancelled.sorted(), at: transaction.now, on: transaction.connection)
        // A later attempt makes an earlier one that still runs here pointless, as a cancellation does.
        let stale = work.cancelled.union(work.begun.keys)
        transaction.afterCommit { [board] in
            for id in stale { board.cancel(id) }
            if begun.contains(where: \.owner.isEmpty) { board.hasMore = true }
            board.hand(begun.filter { !$0.owner.isEmpty })
        }
    }

    /// Leases as many of them as the workers of this process have room for, so that these need not look for them.
    private func lease(_ begun: [StoredTask], _ transaction: MessageTransaction) -> [StoredTask] {
        var tasks = begun
        let owner = "\(instance)/\(board.nextLease())"
        for index in tasks.indices.prefix(board.room) {
            tasks[index].state.stage = .leased(owner: owner, until: transaction.now + lease)
            tasks[index].leases = 1
            Announcement.started(tasks[index], worker: instance, in: transaction)
        }
        return tasks
    }

    /// What a batch changes.
    private struct Work {
        var known: [String: StoredTask] = [:]
        var begun: [String: StoredTask] = [:]
        var cancelled: Set<String> = []
    }

    private func take(
        _ message: IncomingMessage, _ inbound: Inbound, _ work: inout Work, _ transaction: MessageTransaction
    ) async throws {
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
        case .answer(let answer):
            try await conclude(answer.queryID, .completed(answer.output, .init()), &work, transaction)
        case .refusal(let refusal):
            let reason = refusal.rejection.map { "\($0.code) \($0.reason)" } ?? "without a reason"
            let fault = Fault(.communication, .retrievalFailed, "the index refused the query: \(reason)")
            try await conclude(refusal.queryID, .failed(fault, .init()), &work, transaction)
        case .other: return
        }
    }

    /// An answer to a query nobody asked, or to one that is over, changes nothing.
    private func conclude(
        _ taskID: String, _ conclusion: Conclusion, _ work: inout Work, _ transaction: MessageTransaction
    ) async throws {
        guard var task = work.known[taskID], WorkFunction(task.function) == .retrieve, task.state.awaitsAnswer,
            work.begun[taskID] == nil
        else { return }
        guard let settlement = try await conclusion.settlement(claims: claims) else { return }
        try await Settlement.record([(task, settlement)], worker: instance, in: transaction)
        task.state.stage = .finished
        work.known[taskID] = task
    }
}
