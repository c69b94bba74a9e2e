import Core
import OrchestratorDomain
import Postgres
import Workflow

/// What the auditor reads: open executions page by page, with what the other tables hold of them.
struct AuditStore {
    let connection: PostgresConnection

    /// An open execution, without its state.
    struct Head: Sendable, Hashable {
        var id: String
        var tenant: String
        var sequence: Int64
    }

    /// The next open executions, by id. Nothing is locked.
    func heads(after id: String, limit: Int) async throws -> [Head] {
        try await connection.query(
            "SELECT id, tenant, sequence FROM executions WHERE id > \(id) ORDER BY id LIMIT \(limit)"
        ).map { row in
            Head(id: try row.string("id"), tenant: try row.string("tenant"), sequence: try row.int64("sequence"))
        }
    }

    /// What the tables hold of executions.
    func lifelines(of ids: [String]) async throws -> [String: Lifelines] {
        var found: [String: Lifelines] = [:]
        let timers = try await connection.query(
            "SELECT id, execution_id, due FROM timers WHERE execution_id = ANY(\(ids))")
        for row in timers {
            found[try row.string("execution_id"), default: Lifelines()].timers[try row.string("id")] =
                try row.instant("due")
        }
        let tasks = try await connection.query(
            "SELECT id, execution_id, attempt FROM tasks WHERE execution_id = ANY(\(ids))")
        for row in tasks {
            found[try row.string("execution_id"), default: Lifelines()].tasks[try row.string("id")] =
                Int(try row.int32("attempt"))
        }
        let filters = try await connection.query(
            "SELECT id, filter, execution_id FROM subscriptions WHERE execution_id = ANY(\(ids))")
        for row in filters {
            found[try row.string("execution_id"), default: Lifelines()].filters.insert(
                .init(subscription: try row.string("id"), pointer: try row.string("filter")))
        }
        return found
    }

    /// The attempts of executions that were asked for before `moment`.
    func requested(by ids: [String], before moment: Instant) async throws -> [TaskStore.Row] {
        try await tasks("execution_id = ANY(\(ids)) AND requested_at < \(moment)")
    }

    /// The attempts of these tasks.
    func tasks(_ ids: [String]) async throws -> [TaskStore.Row] { try await tasks("id = ANY(\(ids))") }

    private func tasks(_ condition: SQL) async throws -> [TaskStore.Row] {
        try await connection.query(
            """
            SELECT id, execution_id, task, attempt, function, deadline, requested_at FROM tasks
            WHERE \(condition) ORDER BY id
            """
        ).map { row in
            TaskStore.Row(
                id: try row.string("id"), executionID: try row.string("execution_id"), task: try row.string("task"),
                attempt: try row.int32("attempt"), function: try row.string("function"),
                deadline: try row.optionalInstant("deadline"), requestedAt: try row.instant("requested_at"))
        }
    }

    /// Counts that attempts are asked for again; how often that makes, by id.
    func countRepetitions(of ids: [String]) async throws -> [String: Int] {
        let rows = try await connection.query(
            "UPDATE tasks SET repetitions = repetitions + 1 WHERE id = ANY(\(ids)) RETURNING id, repetitions")
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.string("id"), try $0.int("repetitions")) })
    }

    /// Lets an attempt be asked for again as if it never had been.
    func forgetRepetitions(of id: String) async throws {
        try await connection.execute("UPDATE tasks SET repetitions = 0 WHERE id = \(id)")
    }

    /// Those of `ids` that are not open, with when they ended; nil for those that nobody has heard of.
    func absent(_ ids: [String]) async throws -> [String: Instant?] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await connection.query(
            """
            SELECT asked.id, ended_at FROM unnest(\(ids)) AS asked (id) LEFT JOIN tombstones USING (id)
            WHERE NOT EXISTS (SELECT FROM executions WHERE executions.id = asked.id)
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { (try $0.string("id"), try $0.optionalInstant("ended_at")) })
    }

    /// How an execution stands.
    struct Standing: Sendable {
        var id: String
        var tenant: String
        var sequence: Int64
        var status: String
        var time: Instant
    }

    /// Those of `ids` that are open, have ended, or wait for their beginning.
    func standings(_ ids: [String]) async throws -> [Standing] {
        try await connection.query(
            """
            SELECT id, tenant, sequence, status, updated_at AS time FROM executions WHERE id = ANY(\(ids))
            UNION ALL
            SELECT id, tenant, sequence, ending, ended_at FROM tombstones WHERE id = ANY(\(ids))
            UNION ALL
            SELECT execution_id, tenant, 0::bigint, 'waiting'::text, received_at FROM waiting_starts
            WHERE execution_id = ANY(\(ids))
            """
        ).map { row in
            Standing(
                id: try row.string("id"), tenant: try row.string("tenant"), sequence: try row.int64("sequence"),
                status: try row.string("status"), time: try row.instant("time"))
        }
    }
}
