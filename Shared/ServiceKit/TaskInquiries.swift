public import Contracts
public import Messaging

/// Answers the question whether tasks are known; the same for all who are asked.
public enum TaskInquiries {
    /// The inquiries among messages, and the others.
    public static func split(_ batch: [Inbound]) -> (inquiries: [Inbound], others: [Inbound]) {
        let inquiries = batch.filter { $0.isOne(of: LivenessV1.InquireTasks.self) }
        return (inquiries, inquiries.isEmpty ? batch : batch.filter { !$0.isOne(of: LivenessV1.InquireTasks.self) })
    }

    /// Publishes how the tasks of an inquiry stand, those left out that are under way; nothing when all are.
    public static func answer(
        _ inquiry: LivenessV1.InquireTasks, _ message: Inbound, on topic: Topic, _ transaction: MessageTransaction,
        standing: (LivenessV1.TaskInquiry) -> LivenessV1.Standing?
    ) {
        let standings = inquiry.tasks.compactMap { asked in
            standing(asked).map {
                LivenessV1.TaskStanding(
                    taskID: asked.taskID, executionID: asked.executionID, attempt: asked.attempt, standing: $0)
            }
        }
        guard let first = standings.first else { return }
        transaction.publish(
            LivenessV1.TasksStanding(tasks: standings, inOrder: inquiry.inOrder), to: topic, key: first.executionID,
            id: "\(message.envelope.id)/standing", tenant: message.envelope.tenant, causedBy: message.envelope)
    }
}
