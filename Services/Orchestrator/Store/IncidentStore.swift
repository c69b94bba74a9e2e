import Core
import OrchestratorDomain
import Postgres

/// The table of what executions lack and nobody brings back by itself.
struct IncidentStore {
    let connection: PostgresConnection

    /// An open incident.
    struct Row: Sendable, Hashable {
        var tenant: String
        var executionID: String
        /// Empty for the execution as a whole.
        var taskID = ""
        var attempt = 0
        /// JSON pointer of the task.
        var task = ""
        var cause: MissingCause
        var raisedAt: Instant

        /// The same for the same, so that it is raised once.
        var id: String {
            taskID.isEmpty ? "\(executionID):\(cause.rawValue)" : "\(taskID):\(attempt):\(cause.rawValue)"
        }
    }

    private static let columns: SQL = "tenant, execution_id, task_id, attempt, task, cause, raised_at"

    /// Adds incidents; those that are new.
    func insert(_ rows: [Row]) async throws -> Set<String> {
        guard !rows.isEmpty else { return [] }
        let new = try await connection.query(
            """
            INSERT INTO incidents (incident_id, \(Self.columns))
            SELECT * FROM unnest(
                \(rows.map(\.id)), \(rows.map(\.tenant)), \(rows.map(\.executionID)), \(rows.map(\.taskID)),
                \(rows.map { Int32(clamping: $0.attempt) }), \(rows.map(\.task)), \(rows.map(\.cause.rawValue)),
                \(rows.map(\.raisedAt)))
            ON CONFLICT DO NOTHING RETURNING incident_id
            """)
        return Set(try new.map { try $0.string("incident_id") })
    }

    /// The oldest `limit` incidents.
    func oldest(_ limit: Int) async throws -> [Row] {
        try await connection.query("SELECT \(Self.columns) FROM incidents ORDER BY raised_at LIMIT \(limit)")
            .compactMap(Self.row)
    }

    /// One of a tenant, locked.
    func lock(_ id: String, tenant: String) async throws -> Row? {
        try await connection.query(
            "SELECT \(Self.columns) FROM incidents WHERE incident_id = \(id) AND tenant = \(tenant) FOR UPDATE"
        ).first.flatMap(Self.row)
    }

    /// Removes incidents that are closed; those that were there.
    func delete(_ ids: [String]) async throws -> Set<String> {
        guard !ids.isEmpty else { return [] }
        return Set(
            try await connection.query("DELETE FROM incidents WHERE incident_id = ANY(\(ids)) RETURNING incident_id")
                .map { try $0.string("incident_id") })
    }

    /// How many are open.
    func count() async throws -> Int {
        try await connection.query("SELECT count(*) AS n FROM incidents").first?.int("n") ?? 0
    }

    private static func row(_ row: PostgresRow) throws -> Row? {
        guard let cause = MissingCause(rawValue: try row.string("cause")) else { return nil }
        return Row(
            tenant: try row.string("tenant"), executionID: try row.string("execution_id"),
            taskID: try row.string("task_id"), attempt: Int(try row.int32("attempt")), task: try row.string("task"),
            cause: cause, raisedAt: try row.instant("raised_at"))
    }
}
