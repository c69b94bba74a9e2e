import ApprovalsDomain
import Contracts
import Core
import Messaging
import Postgres
import ServiceKit

/// Takes the commands of a poll: one read, one decision each in memory, one write.
struct CommandHandler: BatchHandler {
    let topics: [Topic] = [.approvalsCommands]

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        let (inquiries, commands) = TaskInquiries.split(batch)
        let incoming = commands.compactMap { read($0, transaction) }
        let keys = Set(incoming.map(\.key)).sorted()
        let decisions = incoming.compactMap { incoming -> (key: ApprovalKey, commandID: String)? in
            guard case .decide(let decision) = incoming.command else { return nil }
            return (incoming.key, decision.commandID)
        }
        var work = WorkingSet(
            try await ApprovalTable.lock(keys, on: transaction.connection),
            answered: try await DecisionTable.answered(decisions, on: transaction.connection), now: transaction.now)
        for command in incoming { work.take(command) }
        try await work.save(on: transaction.connection)
        for message in work.messages { transaction.publish(message) }
        for inquiry in inquiries { try await ApprovalInquiries.answer(inquiry, transaction) }
    }
}
