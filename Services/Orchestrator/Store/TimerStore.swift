import Core
import Engine
import OrchestratorDomain
import Postgres

/// The table of timers.
struct TimerStore {
    let connection: PostgresConnection

    /// A timer that is set.
    struct Row: Sendable, Hashable {
        var id: String
        var executionID: String
        var due: Instant
    }

    /// The earliest `limit` timers behind `position` (nil: of all) that are due at `now`, of executions that are open,
    /// and when the next one after `now` is due. Nothing is locked: whoever locks the execution fires them.
    func look(
        at now: Instant, after position: TimerPass.Position? = nil, limit: Int
    ) async throws -> (due: [Row], next: Instant?) {
        let position = position ?? Self.beforeAll
        let next = connection.ask("SELECT min(due) AS due FROM timers WHERE due > \(now)")
        // A scalar query is run for each timer that is due. EXISTS may become a join, and that reads all executions.
        let rows = try await connection.query(
            """
            SELECT id, execution_id, due FROM timers
            WHERE (due, id) > (\(position.due), \(position.id)) AND due <= \(now)
                AND (SELECT true FROM executions WHERE executions.id = execution_id)
            ORDER BY due, id LIMIT \(limit)
            """)
        let due = try rows.map { row in
            Row(id: try row.string("id"), executionID: try row.string("execution_id"), due: try row.instant("due"))
        }
        return (due, try await connection.rows(of: next).first?.optionalInstant("due"))
    }

    /// The year 1: servers know no earlier moment than some thousand years before.
    private static let beforeAll = TimerPass.Position(due: Instant(microseconds: -62_135_596_800_000_000), id: "")

    /// Sets timers; one that is set stays.
    func insert(_ rows: [Row]) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO timers (id, execution_id, due)
            SELECT * FROM unnest(\(rows.map(\.id)), \(rows.map(\.executionID)), \(rows.map(\.due)))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Removes timers that have fired or are not needed any more.
    func delete(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        connection.perform("DELETE FROM timers WHERE id = ANY(\(ids))")
    }
}
