import Contracts
import Core
import Messaging

extension Projector {
    func agents(
        _ message: Inbound, _ usage: inout [UsageStore.Entry], _ answers: inout [(id: String, answer: JSON)],
        _ transaction: MessageTransaction
    ) async throws {
        switch message.envelope.type {
        case AgentsV1.TaskCompleted.protoName:
            let event = try message.decode(AgentsV1.TaskCompleted.self)
            add(event.usage, event.executionID, event.taskID, event.attempt, to: &usage)
        case AgentsV1.TaskFailed.protoName:
            let event = try message.decode(AgentsV1.TaskFailed.self)
            add(event.usage, event.executionID, event.taskID, event.attempt, to: &usage)
        default: try await incident(message, &answers, transaction)
        }
    }

    /// Incidents come from whoever raises them.
    func incident(
        _ message: Inbound, _ answers: inout [(id: String, answer: JSON)], _ transaction: MessageTransaction
    ) async throws {
        switch message.envelope.type {
        case AgentsV1.IncidentRaised.protoName:
            try await IncidentStore.add(
                message.decode(AgentsV1.IncidentRaised.self), tenant: message.envelope.tenant,
                on: transaction.connection)
        case AgentsV1.IncidentDecided.protoName:
            let event = try message.decode(AgentsV1.IncidentDecided.self)
            try await IncidentStore.close(event, on: transaction.connection)
            if !event.commandID.isEmpty { answers.append((event.commandID, Answer.json(event))) }
        case AgentsV1.IncidentDecisionRejected.protoName:
            let event = try message.decode(AgentsV1.IncidentDecisionRejected.self)
            answers.append((event.commandID, Answer.json(event)))
        default: break
        }
    }

    private func add(
        _ used: CoreV1.Usage?, _ execution: String, _ task: String, _ attempt: Int32,
        to usage: inout [UsageStore.Entry]
    ) {
        // Most tasks ask no model.
        guard let used, used != CoreV1.Usage() else { return }
        usage.append(
            UsageStore.Entry(
                executionID: execution, taskID: task, attempt: attempt, inputTokens: used.inputTokens,
                outputTokens: used.outputTokens, modelCalls: used.modelCalls, costMicros: used.costMicros))
    }
}
