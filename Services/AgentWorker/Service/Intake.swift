import Messaging

/// All that the service reads: what is asked of it, and the answers to what it asks itself.
struct Intake: BatchHandler {
    let tasks: TaskIntake
    let answers: AnswerIntake

    var topics: [Topic] { tasks.topics + answers.topics }
    var isCongested: Bool { tasks.isCongested }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        try await tasks.handle(batch, transaction)
        try await answers.handle(batch, transaction)
    }
}
