import Core
import Postgres
import StateKeeperDomain

@testable import StateKeeper

extension Catalogue {
    /// Every statement of the histories.
    static func stateKeeper(_ pool: PostgresPool) async throws {
        let key = ExecutionKey(tenant: "a", execution: "b")
        let hash = [UInt8](repeating: 7, count: 32)
        try await pool.transaction { connection in
            var log = LogTable.Row(
                key: key, log: HistoryLog(lastSequence: 1, lastHash: hash), status: "running", state: ["x": 1],
                stateSequence: 1, foldError: nil, startedAt: moment(0), updatedAt: moment(1))
            try await LogTable.insert([log], on: connection)
            try await LogTable.update([log], on: connection)
            log.state = nil
            try await LogTable.update([log], on: connection)
            _ = try await LogTable.load([key], on: connection)
            _ = try await LogTable.find(key, on: connection)
            _ = try await LogTable.state(key, on: connection)
            let event = EventTable.Event(
                key: key, event: .init(sequence: 1, message: [1], hash: hash), happenedAt: moment(0))
            try await EventTable.append([event], on: connection)
            _ = try await EventTable.page(key, after: 0, limit: 1000, on: connection)
            try await EarlyEventTable.insert(
                [.init(key: key, sequence: 3, message: [3])], now: moment(2), on: connection)
            _ = try await EarlyEventTable.sequences(key, on: connection)
            try await gaps(key, connection)
            _ = try await EarlyEventTable.take([key], on: connection)
            try await ActivityTable.insert(
                [.init(key: key, messageID: "m", type: "t", source: "s", happenedAt: moment(1), body: ["b": 1])],
                on: connection)
            _ = try await ActivityTable.list(key, limit: 1000, on: connection)
            try await AuditTable.insert(
                [
                    .init(
                        tenant: "a", id: "b", actorType: "t", actor: "a", action: "x", resourceType: "r", resource: "q",
                        details: nil, happenedAt: moment(1))
                ], on: connection)
        }
    }

    private static func gaps(_ key: ExecutionKey, _ connection: PostgresConnection) async throws {
        let other = ExecutionKey(tenant: "a", execution: "c")
        try await EarlyEventTable.insert([.init(key: other, sequence: 2, message: [])], now: moment(2), on: connection)
        _ = try await GapTable.waiting(since: moment(9), limit: 1000, on: connection)
        _ = try await GapTable.insert([.init(key: key, missing: 1)], now: moment(3), on: connection)
        _ = try await GapTable.removeFilled(on: connection)
    }
}
