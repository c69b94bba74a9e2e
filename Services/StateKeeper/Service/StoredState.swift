import Contracts
import Core
import Engine
import Postgres
import StateKeeperDomain

/// Finds the state that a history folds to: what is stored of it, carried on over the events since.
struct StoredState: Sendable {
    /// Events read at once.
    private static let portion = 500

    let fold: Fold

    /// The state after the log's last event, or why there is none.
    func load(
        _ log: LogTable.Row, on connection: PostgresConnection
    ) async throws -> (state: ExecutionState?, error: String?) {
        var state: ExecutionState?
        var last: Int64 = 0
        if let stored = try await LogTable.state(log.key, on: connection) {
            guard let read = ExecutionState(json: stored.state) else {
                return (nil, "ST0003: the stored state cannot be read")
            }
            (state, last) = (read, stored.sequence)
        }
        while last < log.log.lastSequence {
            let rows = try await EventTable.page(log.key, after: last, limit: Self.portion, on: connection)
            guard let end = rows.last else { return (state, "ST0002: events after \(last) are missing") }
            let events = rows.compactMap { ReceivedEvent(key: log.key, message: $0.event.message)?.event }
            guard events.count == rows.count else { return (state, "ST0003: a stored event cannot be read") }
            let carried = try await fold.carry(state, over: events)
            if carried.error != nil { return carried }
            (state, last) = (carried.state, end.event.sequence)
        }
        return (state, nil)
    }
}
