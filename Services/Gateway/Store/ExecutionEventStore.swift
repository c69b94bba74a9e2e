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

    static func add(_ heads: [Head], on connection: PostgresConnection) async throws {
        guard !heads.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO execution_events (execution_id, sequence, time, kind, task, task_id, status)
            SELECT * FROM unnest(
                \(heads.map(\.executionID)), \(heads.map(\.sequence)), \(heads.map(\.time)), \(heads.map(\.kind)),
                \(heads.map(\.task)), \(heads.map(\.taskID)), \(heads.map(\.status)))
            ON CONFLICT DO NOTHING
            """)
    }

    static func after(_ sequence: Int64, of id: String, on pool: PostgresPool) async throws -> [Head] {
        try await pool.query(
            """
            SELECT execution_id, sequence, time, kind, task, task_id, status FROM execution_events
            WHERE execution_id = \(id) AND sequence > \(sequence) ORDER BY sequence LIMIT 500
            """
        ).map { row in
            Head(
                executionID: try row.string("execution_id"), sequence: try row.int64("sequence"),
                time: try row.instant("time"), kind: try row.string("kind"), task: try row.string("task"),
                taskID: try row.string("task_id"), status: try row.string("status"))
        }
    }

    static func removeOlder(than moment: Instant, on pool: PostgresPool) async throws {
        try await pool.execute("DELETE FROM execution_events WHERE time < \(moment)")
    }
}
