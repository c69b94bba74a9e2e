import AgentWorkerDomain
import Core
import Messaging

/// The function `retrieve`: asks the index and lets go of the task; whichever worker gets the answer ends it.
struct RetrieveFunction: Sendable {
    /// After this time the question is asked again.
    static let patience: Duration = .seconds(60)

    let outbox: Outbox

    /// Publishes the question and suspends the task, if its lease still is this worker's.
    func run(_ task: StoredTask, _ call: RetrieveCall) async throws -> Conclusion {
        try await outbox.transaction { transaction in
            let known = try await TaskTable.lock([task.id], on: transaction.connection)[task.id]
            guard known?.state.accepts(attempt: task.attempt, owner: task.owner) == true else { return }
            try await TaskTable.suspend(task.id, for: Self.patience, on: transaction.connection)
            Announcement.query(task, call, in: transaction)
        }
        return .suspended
    }
}
