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
        decision, actor, comment, dispatched_at, raised_at, decided_at, cause
        """

    static func find(_ id: String, tenant: String, on source: any Querying) async throws -> IncidentRow? {
        try await source.query("SELECT \(columns) FROM incidents WHERE incident_id = \(id) AND \(.belongs(to: tenant))")
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

    /// Repeating it changes nothing, but opens what was closed by itself and is missing again.
    static func add(_ event: AgentsV1.IncidentRaised, tenant: String, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO incidents (tenant, incident_id, execution_id, task_id, task, attempt, function, target,
                effect_class, code, detail, status, dispatched_at, raised_at, cause)
            VALUES (\(tenant), \(event.incidentID), \(event.executionID), \(event.taskID), \(event.task),
                \(event.attempt), \(event.function), \(event.target), \(event.effectClass), \(event.code),
                \(event.detail), 'open', \(Instant(microseconds: event.dispatchedUs)),
                \(Instant(microseconds: event.raisedUs)), \(event.cause))
            ON CONFLICT (incident_id) DO UPDATE SET status = 'open', raised_at = excluded.raised_at, decision = NULL,
                actor = NULL, comment = NULL, decided_at = NULL
            WHERE incidents.cause <> '' AND incidents.status = 'decided'
                AND incidents.decided_at < excluded.raised_at
            """)
    }

    /// Closes one that nobody but a person knows of.
    static func close(
        _ id: String, decision: String, comment: String, actor: String, at now: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await close(
            AgentsV1.IncidentDecided(
                incidentID: id, decision: AgentsV1.IncidentDecision(text: decision) ?? .done, comment: comment,
                actor: actor, decidedUs: now.microseconds), on: connection)
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
