import AgentWorkerDomain
import Core
import Messaging
import ServiceKit

/// Brings the index's answers to the tasks that wait for them.
struct AnswerIntake: BatchHandler {
    let topics: [Topic] = [.knowledgeEvents]
    let claims: ClaimCheck
    let instance: String

    /// An answer to a question nobody asked, or to one that is over, changes nothing.
    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        let answers = try batch.compactMap(IndexAnswer.init)
        if answers.isEmpty { return }
        var known = try await TaskTable.lock(Set(answers.map(\.taskID)).sorted(), on: transaction.connection)
        var ends: [(task: StoredTask, settlement: Settlement)] = []
        for answer in answers {
            guard let task = known[answer.taskID], WorkFunction(task.function) == answer.function,
                task.state.awaitsAnswer, answer.attempt == task.attempt || answer.attempt == 0
            else { continue }
            known[task.id] = nil
            ends.append((task, try await settlement(answer)))
        }
        try await Settlement.record(ends, worker: instance, in: transaction)
    }

    private func settlement(_ answer: IndexAnswer) async throws -> Settlement {
        switch answer.content {
        case .passages(let output): .completed(try await claims.payload(output), .init())
        case .vectors(let output): .completed(output, answer.usage)
        case .fault(let fault): .failed(fault, answer.usage)
        }
    }
}
