import Contracts
import Core
import GatewayDomain
import Messaging
import Telemetry

/// Publishes dead letters once more, and takes in what became of them.
struct Redriving: Sendable {
    let outbox: Outbox
    let logger: Logger

    /// The message of a letter as it would be published, or with other content.
    func message(_ row: DeadLetterRow, _ content: LetterContent? = nil) -> LetterMessage {
        LetterMessage(row, content ?? row.present, topic: outbox.topic(named: row.topic))
    }

    /// Publishes a held letter once more as the message `id`, together with what the transaction does; `redriveID` is
    /// the redrive of many that does so. Gives the letter as it is then, or why it cannot be.
    func redrive(
        _ row: DeadLetterRow, as id: String, redriveID: String? = nil, reason: String, _ announcer: Announcer
    ) async throws -> Outcome {
        guard let state = row.state.after(.redrive) else { return .refused(row.state.rejection(of: .redrive)) }
        guard let message = message(row).redriven(as: id, count: row.redrives + 1) else {
            let reason = "The message is no CloudEvent, its topic none of ours, or its edit about something else."
            return .refused(Rejection(.conflict, .letterUnfit, reason))
        }
        var next = row
        (next.state, next.redrives, next.messageID, next.redriveID) = (state, row.redrives + 1, id, redriveID)
        var details: JSONObject = [
            "messageId": .string(id), "count": .integer(Int64(next.redrives)), "edited": .bool(row.edited != nil),
        ]
        details["redriveId"] = redriveID.map(JSON.string)
        if !reason.isEmpty { details["reason"] = .string(reason) }
        announcer.pass(message)
        try await DeadLetterDesk.save(
            next, .redrive, actor: announcer.origin.actor, .object(details), now: announcer.transaction.now,
            on: announcer.transaction.connection)
        announcer.audit("dead-letter.redrive", "dead-letter", row.id, id: "\(id)/audit", .object(details))
        return .done(next)
    }

    /// How a redrive of one letter ends.
    enum Outcome: Sendable {
        case done(DeadLetterRow)
        case refused(Rejection)
    }

    /// Takes in a letter. One whose message was redriven closes the letter that it came of.
    func take(
        _ letter: DeadlettersV1.MessageDied, tenant: String, _ transaction: MessageTransaction
    ) async throws {
        let content = LetterContent(letter)
        var former: DeadLetterRow?
        if content["ce_redrivefor"] == letter.service, let id = content["ce_id"] {
            former = try await DeadLetterDesk.hold(redrivenAs: id, tenant: tenant, on: transaction.connection)
        }
        let isNew = try await DeadLetterDesk.add(
            letter, tenant: tenant, redrives: former?.redrives ?? 0, cameOf: former?.id, on: transaction.connection)
        guard isNew, var row = former, let state = row.state.after(.died) else { return }
        (row.state, row.cameBackAs) = (state, letter.deadLetterID)
        try await DeadLetterDesk.save(
            row, .died, actor: letter.service,
            ["cameBackAs": .string(letter.deadLetterID), "code": .string(letter.code)], now: transaction.now,
            on: transaction.connection)
        try await settle(row, code: letter.code, transaction)
    }

    /// Takes in that a service took a message that had been redriven.
    func take(
        _ taken: DeadlettersV1.RedriveTaken, tenant: String, _ transaction: MessageTransaction
    ) async throws {
        let found = try await DeadLetterDesk.hold(
            redrivenAs: taken.messageID, tenant: tenant, on: transaction.connection)
        guard var row = found, row.service == taken.service, let state = row.state.after(.taken) else { return }
        row.state = state
        try await DeadLetterDesk.save(
            row, .taken, actor: taken.service, [:], now: transaction.now, on: transaction.connection)
        try await settle(row, code: nil, transaction)
    }

    /// Tells the redrive of many what became of one, and stops it when the same failure repeats.
    private func settle(_ row: DeadLetterRow, code: String?, _ transaction: MessageTransaction) async throws {
        let connection = transaction.connection
        guard let id = row.redriveID,
            let redrive = try await RedriveStore.find(id, tenant: row.tenant, on: connection)
        else { return }
        let outcomes = try await RedriveStore.settle(
            id, letter: row.id, code: code, stopAfter: redrive.stopAfter, on: connection)
        guard code != nil, let repeated = RedriveOutcome.repeated(outcomes, limit: redrive.stopAfter) else { return }
        let reason =
            "\(redrive.stopAfter) letters in a row died again, the last of \(repeated) in \(row.service)."
        let stop: JSON = [
            "code": .string(ErrorCode.redriveStopped.rawValue), "reason": .string(reason),
            "failure": .string(repeated), "service": .string(row.service), "letter": .string(row.cameBackAs ?? row.id),
        ]
        guard try await RedriveStore.end(id, status: "stopped", stop: stop, now: transaction.now, on: connection) else {
            return
        }
        Announcer(transaction: transaction, origin: .gateway(tenant: row.tenant)).audit(
            "redrive.stopped", "redrive", id, id: "redrive/\(id)/stopped/audit", actorType: "system", stop)
        transaction.afterCommit {
            logger.warning(
                "a redrive has stopped by itself, since the same failure repeats",
                [.code: .string(ErrorCode.redriveStopped.rawValue), .reason: .string(reason)])
        }
    }
}
