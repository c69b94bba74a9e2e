import Contracts
import Core
import Engine
import Messaging
import Postgres
import StateKeeperDomain
import Telemetry

/// Appends events to histories and carries the states on, a whole poll at once.
struct HistoryWriter: Sendable {
    let chain: HashChain
    let fold: Fold
    let telemetry: Telemetry
    let states = StateCache()

    /// How many events a stored state may lie behind its history, while the execution is open.
    static let snapshotEvery: Int64 = 100

    /// Stores what came in, in whatever order and however often; events that come too early wait for those before them.
    func write(_ received: [ReceivedEvent], _ transaction: MessageTransaction) async throws {
        guard !received.isEmpty else { return }
        let connection = transaction.connection
        var order: [ExecutionKey] = []
        var byKey: [ExecutionKey: [ReceivedEvent]] = [:]
        for event in received {
            if byKey[event.key] == nil { order.append(event.key) }
            byKey[event.key, default: []].append(event)
        }
        let known = try await LogTable.load(order, on: connection)
        for row in try await EarlyEventTable.take(order, on: connection) {
            if let event = ReceivedEvent(key: row.key, message: row.message) {
                byKey[row.key, default: []].append(event)
            }
        }
        var appended: [EventTable.Event] = []
        var early: [EarlyEventTable.Row] = []
        var logs: [LogTable.Row] = []
        for key in order {
            let events = (byKey[key] ?? []).sorted { $0.event.sequence < $1.event.sequence }
            if let row = try await take(events, known[key], &appended, &early, connection) { logs.append(row) }
        }
        try await LogTable.update(logs.filter { known[$0.key] != nil }, on: connection)
        try await LogTable.insert(logs.filter { known[$0.key] == nil }, on: connection)
        try await EventTable.append(appended, on: connection)
        try await EarlyEventTable.insert(early, now: transaction.now, on: connection)
    }

    /// Takes one execution's events; the changed log, if any was the next one.
    private func take(
        _ events: [ReceivedEvent], _ known: LogTable.Row?, _ appended: inout [EventTable.Event],
        _ early: inout [EarlyEventTable.Row], _ connection: PostgresConnection
    ) async throws -> LogTable.Row? {
        var log = known?.log ?? HistoryLog()
        var fresh: [ReceivedEvent] = []
        for event in events {
            switch log.receive(sequence: event.event.sequence, message: event.message, chain: chain) {
            case .append(_, let hash):
                fresh.append(event)
                appended.append(
                    EventTable.Event(
                        key: event.key,
                        event: .init(sequence: event.event.sequence, message: event.message, hash: hash),
                        happenedAt: event.happenedAt))
            case .duplicate: break
            case .early:
                early.append(
                    EarlyEventTable.Row(key: event.key, sequence: event.event.sequence, message: event.message))
            }
        }
        guard let last = fresh.last else { return nil }
        var row =
            known
            ?? LogTable.Row(
                key: last.key, log: log, status: "", state: nil, stateSequence: 0, foldError: nil,
                startedAt: fresh[0].happenedAt, updatedAt: last.happenedAt)
        (row.log, row.status, row.updatedAt) = (log, last.event.status, last.happenedAt)
        if row.foldError == nil { try await carry(&row, after: known, over: fresh.map(\.event), connection) }
        return row
    }

    /// Carries the state on. It is stored when the execution has ended, or when it is far from what is stored.
    private func carry(
        _ row: inout LogTable.Row, after known: LogTable.Row?, over events: [OrchestratorV1.ExecutionEvent],
        _ connection: PostgresConnection
    ) async throws {
        var state: ExecutionState?
        if let known {
            if let cached = states.take(known.key, at: known.log.lastSequence) {
                state = cached
            } else {
                (state, row.foldError) = try await StoredState(fold: fold).load(known, on: connection)
            }
        }
        if row.foldError == nil { (state, row.foldError) = try await fold.carry(state, over: events) }
        let last = row.log.lastSequence
        if let error = row.foldError {
            telemetry.logger.error(
                "a state cannot be carried on", [.executionID: .string(row.key.execution), .reason: .string(error)])
        } else if let state, !state.status.isFinal, last - row.stateSequence < Self.snapshotEvery {
            return states.keep(state, of: row.key, at: last)
        }
        (row.state, row.stateSequence) = (state?.json, last)
    }
}
