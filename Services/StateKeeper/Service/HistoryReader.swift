import Contracts
import Core
import Engine
import Messaging
import Postgres
import ServiceKit
import StateKeeperDomain

/// Answers questions about histories.
struct HistoryReader: Sendable {
    /// Events checked at once.
    private static let portion = 500

    let chain: HashChain
    let fold: Fold
    let claims: ClaimCheck

    /// A page of a history.
    func read(_ command: StateV1.ReadHistory, _ message: Inbound, _ transaction: MessageTransaction) async throws {
        let key = ExecutionKey(tenant: message.envelope.tenant, execution: command.executionID)
        var answer = StateV1.HistoryRead(requestID: command.requestID, executionID: command.executionID)
        if let log = try await LogTable.find(key, on: transaction.connection) {
            let size = HistoryPage.size(asked: Int(command.limit))
            let events = try await EventTable.page(
                key, after: command.afterSequence, limit: size, on: transaction.connection)
            let early = try await EarlyEventTable.sequences(key, on: transaction.connection)
            let activities =
                command.afterSequence == 0
                ? try await ActivityTable.list(key, limit: HistoryPage.most, on: transaction.connection) : []
            answer.page = try await claims.payload(
                HistoryDocument.json(log, events: events, early: early, activities: activities))
            if let last = events.last, last.event.sequence < log.log.lastSequence {
                answer.nextAfterSequence = last.event.sequence
            }
        } else {
            answer.rejection = CoreV1.Rejection(Self.unknown(command.executionID))
        }
        transaction.publish(
            answer, to: .stateEvents, key: command.executionID, id: "\(message.envelope.id)/read", tenant: key.tenant,
            causedBy: message.envelope)
    }

    /// Checks a whole history, and folds it anew to compare with the stored state.
    func verify(_ command: StateV1.VerifyExecution, _ message: Inbound, _ transaction: MessageTransaction) async throws
    {
        let key = ExecutionKey(tenant: message.envelope.tenant, execution: command.executionID)
        var answer = StateV1.ExecutionVerified(requestID: command.requestID, executionID: command.executionID)
        if let log = try await LogTable.find(key, on: transaction.connection) {
            let (finding, state) = try await check(log, on: transaction.connection)
            answer.sound = finding == nil
            answer.events = log.log.lastSequence
            answer.finding = finding ?? ""
            if let state { answer.state = try await claims.payload(state) }
        } else {
            answer.finding = Self.unknown(command.executionID).description
        }
        transaction.publish(
            answer, to: .stateEvents, key: command.executionID, id: "\(message.envelope.id)/verified",
            tenant: key.tenant, causedBy: message.envelope)
    }

    private func check(
        _ log: LogTable.Row, on connection: PostgresConnection
    ) async throws -> (finding: String?, state: JSON?) {
        var verification = HistoryVerification(chain: chain)
        var state: ExecutionState?
        var last: Int64 = 0
        while true {
            let rows = try await EventTable.page(log.key, after: last, limit: Self.portion, on: connection)
            guard let end = rows.last else { break }
            last = end.event.sequence
            for row in rows {
                if let finding = verification.check(row.event) { return ("ST0002: \(finding)", nil) }
            }
            let events = rows.compactMap { ReceivedEvent(key: log.key, message: $0.event.message)?.event }
            guard events.count == rows.count else { return ("ST0003: a stored event cannot be read", nil) }
            let folded = try await fold.carry(state, over: events)
            if let error = folded.error { return (error, folded.state?.json) }
            state = folded.state
        }
        if let finding = verification.finish(log.log) { return ("ST0002: \(finding)", nil) }
        let stored = try await StoredState(fold: fold).load(log, on: connection)
        guard stored.error == nil, stored.state?.json == state?.json else {
            return ("ST0002: the stored state is not the fold of the history", state?.json)
        }
        return (nil, state?.json)
    }

    private static func unknown(_ execution: String) -> Rejection {
        Rejection(.notFound, "ST0001", "there is no execution \(execution.prefix(80)) in the history")
    }
}
