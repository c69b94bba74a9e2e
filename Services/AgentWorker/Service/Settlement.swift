import AgentWorkerDomain
import Contracts
import Core
import Messaging
import ServiceKit

/// How a task ended, as it is written and told.
enum Settlement: Sendable {
    case completed(CoreV1.Payload, AgentLoop.Usage)
    case failed(Fault, AgentLoop.Usage)
    /// It waits for a person to decide.
    case held(AmbiguousEffect)

    /// How tasks that end stand in the table.
    enum Origin {
        /// As finished.
        case ended
        /// As leased.
        case leased
    }

    /// Ends or holds tasks: rows, results and messages, all in the one transaction. The caller has checked that they
    /// may be ended, and holds their locks.
    static func record(
        _ ends: [(task: StoredTask, settlement: Settlement)], of origin: Origin = .leased, worker: String,
        in transaction: MessageTransaction
    ) async throws {
        var finished: [String] = []
        var results: [ResultTable.Result] = []
        var held: [(StoredTask, AmbiguousEffect)] = []
        for (task, settlement) in ends {
            switch settlement {
            case .completed(let output, let usage):
                Announcement.completed(task, output, usage, in: transaction)
                finished.append(task.id)
            case .failed(var fault, let usage):
                fault = fault.withoutNUL
                fault.instance = task.task
                Announcement.failed(task, fault, usage, in: transaction)
                finished.append(task.id)
                results.append(.init(task: task, fault: fault, usage: usage))
            case .held(let effect): held.append((task, effect))
            }
        }
        let (now, connection) = (transaction.now, transaction.connection)
        try await ResultTable.insert(results, worker: worker, at: now, on: connection)
        if origin == .leased { try await TaskTable.finish(finished, at: now, on: connection) }
        try await IncidentDesk.hold(held, in: transaction)
    }
}
