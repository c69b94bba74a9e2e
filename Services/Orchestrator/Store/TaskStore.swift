import Core
import Postgres

/// The table of outstanding attempts.
struct TaskStore {
    let connection: PostgresConnection

    /// An attempt that somebody is to run.
    struct Row: Sendable, Hashable {
        var id: String
        var executionID: String
        var task: String
        var attempt: Int32
        var function: String
        var deadline: Instant?
        var requestedAt: Instant
    }

    /// Records attempts; a later attempt of a task takes the earlier one's place.
    func upsert(_ rows: [Row]) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO tasks (id, execution_id, task, attempt, function, deadline, requested_at)
            SELECT * FROM unnest(
                \(rows.map(\.id)), \(rows.map(\.executionID)), \(rows.map(\.task)), \(rows.map(\.attempt)),
                \(rows.map(\.function)), \(rows.map(\.deadline)), \(rows.map(\.requestedAt)))
            ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, function = excluded.function,
                deadline = excluded.deadline, requested_at = excluded.requested_at, repetitions = 0
            """)
    }

    /// Removes attempts that are not outstanding any more.
    func delete(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        connection.perform("DELETE FROM tasks WHERE id = ANY(\(ids))")
    }
}
