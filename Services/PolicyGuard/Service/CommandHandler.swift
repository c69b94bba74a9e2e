import Contracts
import Core
import Messaging
import ObjectStore
import Postgres
import ServiceKit

/// Takes the commands of a poll, in their order.
struct CommandHandler: BatchHandler {
    let topics: [Topic] = [.policyCommands]
    let cache: PolicyCache
    let objects: any ObjectStore

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        let (inquiries, others) = TaskInquiries.split(batch)
        var commands: [IncomingCommand] = []
        for message in others {
            if let command = read(message, transaction) { commands.append(command) }
        }
        var desk = try await PolicyDesk(commands, cache, transaction.connection, now: transaction.now)
        for command in commands { try await desk.take(command, payload: try await json(command.payload)) }
        try await desk.save()
        for message in desk.messages { transaction.publish(message) }
        // An evaluation is over at once. Asked for again it is answered again, with the verdict that was given.
        for message in inquiries {
            let inquiry = try message.decode(LivenessV1.InquireTasks.self)
            TaskInquiries.answer(inquiry, message, on: .policyEvents, transaction) { _ in .unknown }
        }
    }
}

extension CommandHandler {
    /// The JSON of a payload, fetched when it is a claim check; nil when it is none or does not exist. Throws
    /// `StoreAway` while the object store does not answer.
    private func json(_ payload: CoreV1.Payload?) async throws -> JSON? {
        guard let payload else { return .null }
        guard let blob = payload.blob else { return try? payload.json() }
        do throws(ObjectStoreError) {
            let bytes = try await objects.get(blob.digest)
            return try? JSON(parsing: bytes)
        } catch {
            if error.isTransient { throw StoreAway() }
            return nil
        }
    }
}
