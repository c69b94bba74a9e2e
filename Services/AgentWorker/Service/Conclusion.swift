import AgentWorkerDomain
import Contracts
import Core
import Messaging
import ServiceKit

/// How running a task ended.
enum Conclusion: Sendable {
    case completed(JSON, AgentLoop.Usage)
    case failed(Fault, AgentLoop.Usage)
    /// It waits for an answer, and is no longer this worker's.
    case suspended

    /// Ends the task: its row, its result and its message, all in the one transaction. The caller has checked that the
    /// task may be ended, and holds its lock.
    func record(
        for task: StoredTask, claims: ClaimCheck, worker: String, in transaction: MessageTransaction
    ) async throws {
        let (now, connection) = (transaction.now, transaction.connection)
        switch self {
        case .suspended: return
        case .completed(let output, let usage):
            Announcement.completed(task, try await claims.payload(output), usage, in: transaction)
            try await ResultTable.insert(task, nil, usage, worker: worker, at: now, on: connection)
        case .failed(var fault, let usage):
            fault.instance = task.task
            Announcement.failed(task, fault, usage, in: transaction)
            try await ResultTable.insert(task, fault, usage, worker: worker, at: now, on: connection)
        }
        try await TaskTable.finish(task.id, at: now, on: connection)
    }

    /// For metrics.
    var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .suspended: "suspended"
        }
    }
}
