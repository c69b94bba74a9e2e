import Contracts
import Core
import GatewayDomain
import Messaging
import ObjectStore

/// Keeps the read model up to date from what the other services publish.
struct Projector: BatchHandler {
    let objects: any ObjectStore
    let redriving: Redriving

    let topics: [Topic] = [
        .orchestratorEvents, .approvalsEvents, .policyEvents, .knowledgeEvents, .stateEvents, .agentsEvents,
        .deadLetters,
    ]

    /// As much later does the API show what has happened.
    let gathering = Duration.milliseconds(10)

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        var executions = ExecutionBatch(objects: objects)
        var answers: [(id: String, answer: JSON)] = []
        var usage: [UsageStore.Entry] = []
        for message in batch {
            switch message.topic {
            case .orchestratorEvents:
                if let events = try message.executionEvents() {
                    try await executions.take(events, of: message)
                } else {
                    try await orchestrator(message, &executions, &answers, transaction)
                }
            case .approvalsEvents: try await approval(message, &answers, transaction)
            case .policyEvents: try await policy(message, transaction)
            case .knowledgeEvents: try await knowledge(message, transaction)
            case .stateEvents:
                try state(message, &answers)
                try await incident(message, &answers, transaction)
            case .agentsEvents: try await agents(message, &usage, &answers, transaction)
            case .deadLetters: try await deadLetter(message, transaction)
            default: break
            }
        }
        try await executions.save(transaction)
        try await UsageStore.add(usage, on: transaction.connection)
        try await ReplyStore.answer(answers, on: transaction.connection)
    }

    private func orchestrator(
        _ message: Inbound, _ executions: inout ExecutionBatch, _ answers: inout [(id: String, answer: JSON)],
        _ transaction: MessageTransaction
    ) async throws {
        switch message.envelope.type {
        case OrchestratorV1.DefinitionRegistered.protoName:
            let event = try message.decode(OrchestratorV1.DefinitionRegistered.self)
            try await WorkflowStore.settle(
                commandID: event.commandID, rejection: nil, on: transaction.connection)
        case OrchestratorV1.DefinitionRejected.protoName:
            let event = try message.decode(OrchestratorV1.DefinitionRejected.self)
            try await WorkflowStore.settle(
                commandID: event.commandID, rejection: StoredRejection.json(event.rejection) ?? .null,
                on: transaction.connection)
        case OrchestratorV1.MigrationProgressed.protoName:
            try await MigrationStore.take(
                message.decode(OrchestratorV1.MigrationProgressed.self), on: transaction.connection)
        case OrchestratorV1.CommandRejected.protoName:
            let event = try message.decode(OrchestratorV1.CommandRejected.self)
            guard let rejection = event.rejection else { return }
            executions.refuse(event.executionID, Rejection(rejection), at: message.envelope.time)
        case LivenessV1.ExecutionStanding.protoName: try await executions.stand(message)
        default: try await incident(message, &answers, transaction)
        }
    }

    private func policy(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        switch message.envelope.type {
        case PolicyV1.PolicyRegistered.protoName:
            let event = try message.decode(PolicyV1.PolicyRegistered.self)
            try await PolicyStore.settle(commandID: event.commandID, rejection: nil, on: transaction.connection)
        case PolicyV1.PolicyRejected.protoName:
            let event = try message.decode(PolicyV1.PolicyRejected.self)
            try await PolicyStore.settle(
                commandID: event.commandID, rejection: StoredRejection.json(event.rejection) ?? .null,
                on: transaction.connection)
        default: break
        }
    }

    private func knowledge(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        switch message.envelope.type {
        case KnowledgeV1.DocumentIndexed.protoName:
            let event = try message.decode(KnowledgeV1.DocumentIndexed.self)
            try await DocumentStore.settle(
                event.documentID, status: "indexed", chunks: event.chunks, rejection: nil, on: transaction.connection)
        case KnowledgeV1.DocumentRejected.protoName:
            let event = try message.decode(KnowledgeV1.DocumentRejected.self)
            try await DocumentStore.settle(
                event.documentID, status: "rejected", chunks: nil, rejection: StoredRejection.json(event.rejection),
                on: transaction.connection)
        case KnowledgeV1.DocumentDeleted.protoName:
            let event = try message.decode(KnowledgeV1.DocumentDeleted.self)
            try await DocumentStore.settle(
                event.documentID, status: "deleted", chunks: nil, rejection: nil, on: transaction.connection)
        default: break
        }
    }

    private func state(_ message: Inbound, _ answers: inout [(id: String, answer: JSON)]) throws {
        switch message.envelope.type {
        case StateV1.HistoryRead.protoName:
            let event = try message.decode(StateV1.HistoryRead.self)
            answers.append((event.requestID, Answer.json(event)))
        case StateV1.ExecutionVerified.protoName:
            let event = try message.decode(StateV1.ExecutionVerified.self)
            answers.append((event.requestID, Answer.json(event)))
        default: break
        }
    }

    private func deadLetter(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        let tenant = message.envelope.tenant
        switch message.envelope.type {
        case DeadlettersV1.MessageDied.protoName:
            try await redriving.take(message.decode(DeadlettersV1.MessageDied.self), tenant: tenant, transaction)
        case DeadlettersV1.RedriveTaken.protoName:
            try await redriving.take(message.decode(DeadlettersV1.RedriveTaken.self), tenant: tenant, transaction)
        default: break
        }
    }
}
