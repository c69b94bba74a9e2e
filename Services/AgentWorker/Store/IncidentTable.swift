import AgentWorkerDomain
import Core
import Postgres

/// The table `incidents`.
enum IncidentTable {
    /// An incident and the effect that it is about.
    struct Row: Sendable {
        var incident: Incident
        var key: EffectTable.Key
        var dispatch: Int
        /// Whether the outcome has come to light, and nobody has to decide any more.
        var isAnswered: Bool
    }

    private static let source: SQL = """
        SELECT i.incident_id, i.task_id, i.number, i.status, i.is_late, e.dispatches,
            t.status = 'held' AND NOT i.is_late AS awaited,
            i.status = 'open' AND NOT i.is_late AND e.progress <> 'dispatched' AS answered
        FROM incidents AS i JOIN tasks AS t USING (task_id) JOIN effects AS e USING (task_id, number)
        """

    /// Raises incidents about these sendings; those that are known stay as they are.
    static func raise(
        _ effects: [EffectTable.Unsettled], at now: Instant, on connection: PostgresConnection
    ) async throws {
        if effects.isEmpty { return }
        try await connection.execute(
            """
            INSERT INTO incidents (incident_id, task_id, number, is_late, status, raised_at)
            SELECT new.*, 'open', \(now) FROM unnest(
                \(effects.map(\.incidentID)), \(effects.map(\.key.taskID)), \(effects.map(\.key.number)),
                \(effects.map(\.isLate))) AS new
            ON CONFLICT DO NOTHING
            """)
    }

    /// Loads and locks one.
    static func lock(_ id: String, on connection: PostgresConnection) async throws -> Row? {
        try await connection.query(
            "\(source) WHERE i.incident_id = \(id) FOR UPDATE OF i, e"
        ).first.map(row)
    }

    /// Locks open ones whose effects are not in question any more, up to `limit`, with their tasks.
    static func answered(limit: Int, on connection: PostgresConnection) async throws -> [(row: Row, task: StoredTask)] {
        let rows = try await connection.query(
            """
            \(source) WHERE i.status = 'open' AND NOT i.is_late AND e.progress <> 'dispatched'
            ORDER BY task_id, number LIMIT \(limit) FOR UPDATE OF t, i, e SKIP LOCKED
            """
        ).map(row)
        let tasks = try await TaskTable.lock(Set(rows.map(\.key.taskID)).sorted(), on: connection)
        return rows.compactMap { row in tasks[row.key.taskID].map { (row, $0) } }
    }

    /// Closes one.
    static func close(
        _ id: String, decision: String, actor: String, comment: String, at now: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE incidents SET status = 'decided', decision = \(decision), actor = \(actor), comment = \(comment),
                decided_at = \(now)
            WHERE incident_id = \(id) AND status = 'open'
            """)
    }

    /// How many wait for a person.
    static func openCount(on pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM incidents WHERE status = 'open'").first?.int("n") ?? 0
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        let key = EffectTable.Key(taskID: try row.string("task_id"), number: try row.int("number"))
        let incident = Incident(
            id: try row.string("incident_id"), isOpen: try row.string("status") == "open" && !row.bool("answered"),
            isAwaited: try row.bool("awaited"), isLate: try row.bool("is_late"))
        return Row(
            incident: incident, key: key, dispatch: try row.int("dispatches"), isAnswered: try row.bool("answered"))
    }
}
