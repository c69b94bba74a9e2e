import Messaging

/// All that the service reads: what is asked of it, the answers to what it asks itself, and what people decide.
struct Intake: BatchHandler {
    let tasks: TaskIntake
    let answers: AnswerIntake
    let decisions: DecisionIntake
    let inquiries: InquiryIntake

    var topics: [Topic] { tasks.topics + answers.topics + decisions.topics }
    var isCongested: Bool { tasks.isCongested }
    var room: Int { tasks.room }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        try await tasks.handle(batch, transaction)
        try await answers.handle(batch, transaction)
        try await decisions.handle(batch, transaction)
        // After the tasks: a question lies behind the request that it is about.
        try await inquiries.handle(batch, transaction)
    }
}
