import Core
import Postgres
import StateKeeperDomain
import TestKit
import Testing

@testable import StateKeeper

@Suite(.timeLimit(.minutes(5))) struct LogTableTests {
    private static func moment(_ second: Int64) -> Instant { Instant(microseconds: second * 1_000_000) }

    private static func row(_ execution: String, tenant: String = "t", sequence: Int64 = 1) -> LogTable.Row {
        LogTable.Row(
            key: ExecutionKey(tenant: tenant, execution: execution),
            log: HistoryLog(lastSequence: sequence, lastHash: [UInt8](repeating: UInt8(sequence), count: 32)),
            status: "running", state: nil, stateSequence: 0, foldError: nil, startedAt: moment(sequence),
            updatedAt: moment(sequence))
    }

    @Test func `each log is stored, and its state only when one is given`() async throws {
        try await withMigratedDatabase(StateKeeperService.migrations) { pool in
            try await pool.transaction { connection in
                let foreign = Self.row("a", tenant: "other")
                var (one, two) = (Self.row("a"), Self.row("b"))
                (one.state, one.stateSequence) = (["x": 1], 1)
                try await LogTable.insert([one, two, foreign], on: connection)
                one = Self.row("a", sequence: 5)
                one.stateSequence = 1
                two = Self.row("b", sequence: 6)
                (two.state, two.stateSequence, two.foldError) = (["y": 2], 6, "no")
                try await LogTable.update([one, two], on: connection)
                let found = try await LogTable.load([one.key, two.key, foreign.key], on: connection)
                let (first, second) = (try #require(found[one.key]), try #require(found[two.key]))
                #expect(first.log == one.log && first.updatedAt == Self.moment(5) && first.startedAt == Self.moment(1))
                #expect(first.stateSequence == 1 && first.foldError == nil)
                #expect(second.log == two.log && second.stateSequence == 6 && second.foldError == "no")
                #expect(found[foreign.key]?.log.lastSequence == 1)
                #expect(try await LogTable.state(one.key, on: connection)?.state == ["x": 1])
                #expect(try await LogTable.state(two.key, on: connection)?.state == ["y": 2])
                #expect(try await LogTable.state(foreign.key, on: connection) == nil)
            }
        }
    }

    @Test func `who adds a log or an event that is there already fails`() async throws {
        try await withMigratedDatabase(StateKeeperService.migrations) { pool in
            let event = EventTable.Event(
                key: Self.row("a").key, event: .init(sequence: 1, message: [7], hash: HashChain.origin),
                happenedAt: Self.moment(1))
            try await pool.transaction { connection in
                try await LogTable.insert([Self.row("a")], on: connection)
                try await EventTable.append([event], on: connection)
            }
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await LogTable.insert([Self.row("a", sequence: 2)], on: $0) }
            }
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await EventTable.append([event], on: $0) }
            }
            #expect(try await pool.withConnection { try await LogTable.find(event.key, on: $0) }?.log.lastSequence == 1)
        }
    }

    @Test func `a log that is carried on writes its row in place, and no state that stays`() async throws {
        try await withMigratedDatabase(StateKeeperService.migrations) { pool in
            var digits: UInt64 = 7
            let text = (0..<800).map { _ in
                digits = digits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return String(digits, radix: 36)
            }
            var row = Self.row("a")
            (row.state, row.stateSequence) = (["large": .string(text.joined())], 1)
            let state = row
            try await pool.transaction { try await LogTable.insert([state], on: $0) }
            try await pool.transaction { connection in
                let before = try await Self.written(connection)
                try await LogTable.update([Self.row("a", sequence: 2)], on: connection)
                let between = try await Self.written(connection)
                #expect(between.inPlace == before.inPlace + 1 && between.pieces == before.pieces)
                try await LogTable.update([state], on: connection)
                #expect(try await Self.written(connection).pieces > between.pieces)
            }
        }
    }

    /// What the session has written and not yet told the statistics of.
    private static func written(_ connection: PostgresConnection) async throws -> (inPlace: Int, pieces: Int) {
        let row = try await connection.query(
            """
            SELECT pg_stat_get_xact_tuples_hot_updated(oid) AS in_place,
                pg_stat_get_xact_tuples_inserted(reltoastrelid) AS pieces
            FROM pg_class WHERE oid = 'logs'::regclass
            """)[0]
        return (try row.int("in_place"), try row.int("pieces"))
    }
}
