import Core
import Postgres

/// The heads of events, for live views.
enum ExecutionEventStore {
    struct Head: Sendable {
        var executionID: String
        var sequence: Int64
        var time: Instant
        var kind: String
        var task: String
        var taskID: String
        var status: String
    }

    /// Adds heads; those of one execution, in order, are one row. They are `ahead` when the rows of their executions
    /// are locked and were behind them: then they cannot be there already, and need not be looked for.
    static func add(
        _ heads: [Head], ahead: Bool, at now: Instant, on connection: PostgresConnection
    ) async throws {
        guard !heads.isEmpty else { return }
        let rule: SQL = ahead ? "" : "ON CONFLICT DO NOTHING"
        let groups = Dictionary(grouping: heads, by: \.executionID).sorted { $0.key < $1.key }
        connection.perform(
            """
            INSERT INTO execution_heads (execution_id, last_sequence, recorded_at, heads)
            SELECT id, last, \(now), heads FROM unnest(
                \(groups.map(\.key)), \(groups.map { $0.value.last?.sequence ?? 0 }),
                \(groups.map { JSON.array($0.value.map(\.json)).bytes() })) AS new (id, last, heads)
            \(rule)
            """)
    }

    /// The next heads after `sequence`, in order; about `limit` of them.
    static func after(
        _ sequence: Int64, of id: String, limit: Int = 500, on pool: PostgresPool
    ) async throws -> [Head] {
        let rows = try await pool.query(
            """
            SELECT heads FROM execution_heads
            WHERE execution_id = \(id) AND last_sequence > \(sequence) ORDER BY last_sequence LIMIT \(limit)
            """)
        let heads = try rows.flatMap { row in
            let stored = try JSON(parsing: row.bytes("heads")).array ?? []
            return stored.compactMap { Head(json: $0, executionID: id) }
        }
        return heads.filter { $0.sequence > sequence }
    }

    static func removeOlder(than moment: Instant, on pool: PostgresPool) async throws {
        try await pool.execute("DELETE FROM execution_heads WHERE recorded_at < \(moment)")
    }
}

extension ExecutionEventStore.Head {
    fileprivate var json: JSON {
        [
            .integer(sequence), .integer(time.microseconds), .string(kind), .string(task), .string(taskID),
            .string(status),
        ]
    }

    fileprivate init?(json: JSON, executionID: String) {
        guard let parts = json.array, parts.count == 6, case .integer(let sequence) = parts[0],
            case .integer(let time) = parts[1]
        else { return nil }
        let texts = parts[2...].map { $0.string ?? "" }
        self.init(
            executionID: executionID, sequence: sequence, time: Instant(microseconds: time), kind: texts[0],
            task: texts[1], taskID: texts[2], status: texts[3])
    }
}
