import AgentWorkerDomain
import Core
import Messaging
import ServiceKit

/// The functions `retrieve` and `embed`: asks the index and lets go of the task; whichever worker gets the answer ends
/// it.
struct IndexQuestion: Sendable {
    /// After this time the question is asked again.
    static let patience: Duration = .seconds(60)

    let outbox: Outbox
    let claims: ClaimCheck

    /// Asks for passages.
    func run(_ task: StoredTask, _ call: RetrieveCall) async throws -> Conclusion {
        try await ask(task) { Announcement.query(task, call, in: $0) }
    }

    /// Asks for vectors.
    func run(_ task: StoredTask, _ call: EmbedCall) async throws -> Conclusion {
        let texts = try await claims.payload(.array(call.texts.map(JSON.string)))
        return try await ask(task) { Announcement.embedding(task, texts, model: call.model, in: $0) }
    }

    /// Publishes the question and suspends the task, if its lease still is this worker's.
    private func ask(
        _ task: StoredTask, _ publish: @Sendable (MessageTransaction) -> Void
    ) async throws -> Conclusion {
        try await outbox.transaction { transaction in
            let known = try await TaskTable.lock([task.id], on: transaction.connection)[task.id]
            guard known?.state.accepts(attempt: task.attempt, owner: task.owner) == true else { return }
            try await TaskTable.suspend(task.id, for: Self.patience, on: transaction.connection)
            publish(transaction)
        }
        return .suspended
    }
}
