import Contracts
import Core
import GatewayDomain
import Postgres

/// Incidents as the API shows them.
enum IncidentStore {
    static let statuses = ["open", "decided"]

    private static let columns: SQL =
        """
        incident_id, execution_id, task_id, task, attempt, function, target, effect_class, code, detail, status,
        decision, actor, comment, dispatched_at, raised_at, decided_at
        """

    static func find(_ id: String, tenant: String, on source: any Querying) async throws -> IncidentRow? {
        try await source.query("SELECT \(columns) FROM incidents WHERE incident_id = \(id) AND tenant = \(tenant)")
            .first.map { try IncidentRow($0) }
    }

    static func page(
        status: String?, executionID: String?, tenant: String, after cursor: PageCursor?, limit: Int,
        on pool: PostgresPool
    ) async throws -> [IncidentRow] {
        var condition: SQL = "tenant = \(tenant)"
        if let status { condition = condition + " AND status = \(status)" }
        if let executionID { condition = condition + " AND execution_id = \(executionID)" }
        if let cursor { condition = condition + " AND (raised_at, incident_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            "SELECT \(columns) FROM incidents WHERE \(condition) ORDER BY raised_at DESC, incident_id DESC LIMIT \(limit)"
        ).map { try IncidentRow($0) }
    }

    /// Repeating it changes nothing.
    static func add(_ event: AgentsV1.IncidentRaised, tenant: String, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO incidents (tenant, incident_id, execution_id, task_id, task, attempt, function, target,
                effect_class, code, detail, status, dispatched_at, raised_at)
            VALUES (\(tenant), \(event.incidentID), \(event.executionID), \(event.taskID), \(event.task),
                \(event.attempt), \(event.function), \(event.target), \(event.effectClass), \(event.code),
                \(event.detail), 'open', \(Instant(microseconds: event.dispatchedUs)),
                \(Instant(microseconds: event.raisedUs)))
            ON CONFLICT DO NOTHING
            """)
    }

    static func close(_ event: AgentsV1.IncidentDecided, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE incidents SET status = 'decided', decision = \(event.decision.text ?? ""), actor = \(event.actor),
                comment = \(event.comment), decided_at = \(Instant(microseconds: event.decidedUs))
            WHERE incident_id = \(event.incidentID) AND status = 'open'
            """)
    }
}
