import Contracts
import Core
import Messaging

/// Everything that the state service reads.
struct StateHandler: BatchHandler {
    let writer: HistoryWriter
    let reader: HistoryReader
    let gaps: HistoryGaps

    var topics: [Topic] {
        [.orchestratorEvents, .agentsEvents, .approvalsEvents, .policyEvents, .audit, .stateCommands]
    }

    /// The log is read rarely; its events come one by one while an execution goes from step to step.
    var gathering: Duration { .milliseconds(20) }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        var events: [ReceivedEvent] = []
        var activities: [ActivityTable.Row] = []
        var audits: [AuditTable.Row] = []
        var (questions, standings): ([Inbound], [Inbound]) = ([], [])
        for message in batch {
            switch message.topic {
            case .stateCommands: questions.append(message)
            case .audit: audits.append(try AuditTable.Row(message))
            case .orchestratorEvents where message.isOne(of: LivenessV1.ExecutionStanding.self):
                standings.append(message)
            default:
                if message.topic == .orchestratorEvents, let told = try ReceivedEvent.all(in: message) {
                    events += told
                } else if let activity = try ActivityTable.Row(message) {
                    activities.append(activity)
                }
            }
        }
        try await writer.write(events, transaction)
        try await gaps.take(standings, transaction)
        try await ActivityTable.insert(activities, on: transaction.connection)
        try await AuditTable.insert(audits, on: transaction.connection)
        for question in questions { try await answer(question, transaction) }
    }

    private func answer(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        switch message.envelope.type {
        case StateV1.ReadHistory.protoName:
            try await reader.read(try message.decode(StateV1.ReadHistory.self), message, transaction)
        case StateV1.VerifyExecution.protoName:
            try await reader.verify(try message.decode(StateV1.VerifyExecution.self), message, transaction)
        default:
            throw Poison(message, "MS0006", "the state service does not know \(message.envelope.type.prefix(80))")
        }
    }
}
