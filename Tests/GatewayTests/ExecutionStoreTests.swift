import Core
import GatewayDomain
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct ExecutionStoreTests {
    @Test func `each change is stored, and what did not change stays`() async throws {
        try await withStore { pool in
            let (pause, end) = (Self.moment(5), Self.moment(9))
            try await change(pool) { rows in
                for id in ["a", "b", "c"] {
                    rows[id]?.updatedAt = pause
                    rows[id]?.projection = ExecutionProjection(
                        sequence: 2, status: "waiting", output: id == "b" ? ["x": 1] : nil, startedAt: Self.moment(1),
                        causes: [["kind": "timer"]])
                }
                rows["c"]?.input = ["late": true]
                rows["b"]?.version = "2.0.0"
            }
            try await change(pool) { rows in
                for id in ["a", "b"] {
                    var after = rows[id]!
                    after.updatedAt = end
                    after.projection = ExecutionProjection(
                        sequence: 3, status: id == "a" ? "faulted" : "completed", output: after.projection.output,
                        fault: id == "a" ? ["title": "no"] : nil, startedAt: Self.moment(1), endedAt: end)
                    rows[id] = after
                }
            }
            let rows = try await pool.transaction { try await ExecutionStore.lock(Self.ids, on: $0) }
            let waiting = ExecutionProjection(
                sequence: 2, status: "waiting", startedAt: Self.moment(1), causes: [["kind": "timer"]])
            let faulted = ExecutionProjection(
                sequence: 3, status: "faulted", fault: ["title": "no"], startedAt: Self.moment(1), endedAt: end)
            let completed = ExecutionProjection(
                sequence: 3, status: "completed", output: ["x": 1], startedAt: Self.moment(1), endedAt: end)
            #expect(rows["a"]?.projection == faulted && rows["a"]?.input == Self.input("a"))
            #expect(rows["b"]?.projection == completed && rows["b"]?.version == "2.0.0")
            #expect(rows["c"]?.projection == waiting && rows["c"]?.input == ["late": true])
            #expect(rows["c"]?.updatedAt == pause && rows["c"]?.createdAt == Self.moment(0))
            #expect(rows["d"]?.projection == ExecutionProjection() && rows["d"]?.input == Self.input("d"))
        }
    }

    @Test func `a step writes no index and no large value that stays`() async throws {
        try await withStore { pool in
            let step = try await change(pool) { rows in
                for id in Self.ids {
                    rows[id]?.projection = ExecutionProjection(
                        sequence: 2, status: "waiting", startedAt: Self.moment(1), causes: [["kind": "task"]])
                }
            }
            #expect(step == Written(updated: 4, inPlace: 4, values: 0))
            let output = try await change(pool) { rows in
                rows["a"]?.projection = ExecutionProjection(
                    sequence: 3, status: "running", output: Self.input("z"), startedAt: Self.moment(1))
                rows["b"]?.projection = ExecutionProjection(sequence: 3, status: "running", startedAt: Self.moment(1))
            }
            #expect(output.updated == 2 && output.inPlace == 2)
            // One value is six pieces; an input that is written again would be six more.
            #expect((1..<12).contains(output.values), "\(output.values) pieces")
        }
    }

    @Test func `of two that add the same execution, the one ahead stays`() async throws {
        try await withStore { pool in
            for (sequence, kept) in [(2, 2), (1, 2), (3, 3)] {
                var row = Self.row("e")
                row.projection = ExecutionProjection(sequence: sequence, status: "running")
                try await pool.transaction { [row] in try await ExecutionStore.insert([row], on: $0) }
                let found = try await ExecutionStore.find("e", tenant: "t", on: pool)
                #expect(found?.projection.sequence == kept)
            }
        }
    }

    @Test func `heads that two add are there once`() async throws {
        try await withStore { pool in
            let heads = (1...3).map { sequence in
                ExecutionEventStore.Head(
                    executionID: "e", sequence: sequence, time: Self.moment(sequence), kind: "k", task: "t",
                    taskID: "i", status: "running")
            }
            try await pool.transaction { connection in
                try await ExecutionEventStore.add(
                    Array(heads[..<2]), ahead: true, at: Self.moment(1), on: connection)
                for _ in 0..<2 {
                    try await ExecutionEventStore.add(
                        Array(heads[..<2]), ahead: false, at: Self.moment(1), on: connection)
                }
                try await ExecutionEventStore.add([heads[2]], ahead: true, at: Self.moment(2), on: connection)
            }
            let read = try await ExecutionEventStore.after(0, of: "e", on: pool)
            #expect(read.map(\.sequence) == [1, 2, 3])
        }
    }

    private static let ids = ["a", "b", "c", "d"]

    private static func moment(_ second: Int64) -> Instant { Instant(microseconds: second * 1_000_000) }

    /// More than a page holds, and not to be compressed into one.
    private static func input(_ id: String) -> JSON {
        var digits: UInt64 = 7
        let text = (0..<800).map { _ in
            digits = digits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return String(digits, radix: 36)
        }
        return ["of": .string(id), "text": .string(text.joined())]
    }

    private static func row(_ id: String) -> ExecutionRow {
        ExecutionRow(
            id: id, tenant: "t", namespace: "n", name: "w", version: "1.0.0", input: input(id), actor: "x",
            correlationID: nil, createdAt: moment(0))
    }

    /// Rows of executions, and pieces of large values, that were written.
    private struct Written: Equatable {
        var updated: Int
        var inPlace: Int
        var values: Int
    }

    private func withStore(_ body: (PostgresPool) async throws -> Void) async throws {
        try await withMigratedDatabase(GatewayMigrations.all) { pool in
            try await pool.transaction { try await ExecutionStore.insert(Self.ids.map(Self.row), on: $0) }
            try await body(pool)
        }
    }

    @discardableResult
    private func change(
        _ pool: PostgresPool, _ edit: (inout [String: ExecutionRow]) -> Void
    ) async throws -> Written {
        try await pool.transaction { connection in
            let known = try await ExecutionStore.lock(Self.ids, on: connection)
            var rows = known
            edit(&rows)
            let changed = rows.values.filter { row in
                row.updatedAt != known[row.id]?.updatedAt || row.projection != known[row.id]?.projection
            }
            let before = try await Self.written(connection)
            try await ExecutionStore.update(
                changed.map { .init(before: known[$0.id]!, after: $0) }, on: connection)
            let after = try await Self.written(connection)
            return Written(
                updated: after.updated - before.updated, inPlace: after.inPlace - before.inPlace,
                values: after.values - before.values)
        }
    }

    /// What the session has written and not yet told the statistics of.
    private static func written(_ connection: PostgresConnection) async throws -> Written {
        let row = try await connection.query(
            """
            SELECT pg_stat_get_xact_tuples_updated(oid) AS updated,
                pg_stat_get_xact_tuples_hot_updated(oid) AS in_place,
                pg_stat_get_xact_tuples_inserted(reltoastrelid) AS values
            FROM pg_class WHERE oid = 'executions'::regclass
            """)[0]
        return Written(
            updated: try row.int("updated"), inPlace: try row.int("in_place"), values: try row.int("values"))
    }
}
