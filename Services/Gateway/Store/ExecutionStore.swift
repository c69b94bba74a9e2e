import Core
import GatewayDomain
import Postgres

/// Executions as the API shows them.
enum ExecutionStore {
    /// What a list may be narrowed to.
    struct Filter: Sendable {
        var status: String?
        var namespace: String?
        var name: String?
    }

    private static let columns: SQL =
        """
        execution_id, tenant, namespace, name, version, status, sequence, input, output, fault, actor, correlation_id,
        created_at, started_at, updated_at, ended_at, causes
        """

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> ExecutionRow? {
        try await pool.query(
            "SELECT \(columns) FROM executions WHERE execution_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map { try ExecutionRow($0) }
    }

    static func page(
        _ filter: Filter, tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [ExecutionRow] {
        var condition: SQL = "tenant = \(tenant)"
        if let status = filter.status {
            let phase = ExecutionProjection.isEnd(status) ? status : "open"
            condition = condition + " AND phase = \(phase) AND status = \(status)"
        }
        if let namespace = filter.namespace { condition = condition + " AND namespace = \(namespace)" }
        if let name = filter.name { condition = condition + " AND name = \(name)" }
        if let cursor { condition = condition + " AND (created_at, execution_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            """
            SELECT \(columns) FROM executions WHERE \(condition)
            ORDER BY created_at DESC, execution_id DESC LIMIT \(limit)
            """
        ).map { try ExecutionRow($0) }
    }

    /// Locks what is there, in the order of the ids so that two batches never wait for each other.
    static func lock(_ ids: [String], on connection: PostgresConnection) async throws -> [String: ExecutionRow] {
        let rows = try await connection.query(
            """
            SELECT \(columns) FROM executions WHERE execution_id = ANY(\(ids)) ORDER BY execution_id FOR UPDATE
            """)
        var found: [String: ExecutionRow] = [:]
        for row in rows {
            let execution = try ExecutionRow(row)
            found[execution.id] = execution
        }
        return found
    }

    /// Adds rows. One that somebody else has added meanwhile becomes as given, unless it is ahead.
    static func insert(_ rows: [ExecutionRow], on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO executions (\(columns))
            SELECT * FROM unnest(
                \(rows.map(\.id)), \(rows.map(\.tenant)), \(rows.map(\.namespace)), \(rows.map(\.name)),
                \(rows.map(\.version)), \(rows.map(\.projection.status)), \(rows.map(\.projection.sequence)),
                \(rows.map(\.input)), \(rows.map(\.projection.output)), \(rows.map(\.projection.fault)),
                \(rows.map(\.actor)), \(rows.map(\.correlationID)), \(rows.map(\.createdAt)),
                \(rows.map(\.projection.startedAt)), \(rows.map(\.updatedAt)), \(rows.map(\.projection.endedAt)),
                \(rows.map { JSON.array($0.projection.causes) }))
            ON CONFLICT (execution_id) DO UPDATE
            SET version = excluded.version, status = excluded.status, sequence = excluded.sequence,
                input = excluded.input, output = excluded.output, fault = excluded.fault,
                started_at = excluded.started_at, updated_at = excluded.updated_at, ended_at = excluded.ended_at,
                causes = excluded.causes
            WHERE executions.sequence <= excluded.sequence
            """)
    }

    /// Open executions that nothing was heard of since `moment`, by id.
    static func open(
        after id: String, unchangedSince moment: Instant, limit: Int, on source: any Querying
    ) async throws -> [(id: String, tenant: String, sequence: Int)] {
        try await source.query(
            """
            SELECT execution_id, tenant, sequence FROM executions
            WHERE execution_id > \(id) AND ended_at IS NULL AND updated_at < \(moment)
            ORDER BY execution_id LIMIT \(limit)
            """
        ).map { (try $0.string("execution_id"), try $0.string("tenant"), try $0.int("sequence")) }
    }

    /// An execution, and the tokens, calls and cost of all its tasks' attempts.
    struct Used: Sendable {
        var row: ExecutionRow
        var inputTokens: Int64 = 0
        var outputTokens: Int64 = 0
        var modelCalls: Int64 = 0
        var costMicros: Int64 = 0
    }

    /// Those that there are, by their ids, in one trip.
    static func used(_ ids: [String], on connection: PostgresConnection) async throws -> [String: Used] {
        let usage = connection.ask(
            """
            SELECT execution_id, sum(input_tokens)::bigint AS input_tokens,
                sum(output_tokens)::bigint AS output_tokens, sum(model_calls)::bigint AS model_calls,
                sum(cost_micros)::bigint AS cost_micros
            FROM task_usage WHERE execution_id = ANY(\(ids)) GROUP BY execution_id
            """)
        let rows = try await connection.query("SELECT \(columns) FROM executions WHERE execution_id = ANY(\(ids))")
        var found: [String: Used] = [:]
        for row in rows {
            let execution = try ExecutionRow(row)
            found[execution.id] = Used(row: execution)
        }
        for row in try await connection.rows(of: usage) {
            let id = try row.string("execution_id")
            found[id]?.inputTokens = try row.int64("input_tokens")
            found[id]?.outputTokens = try row.int64("output_tokens")
            found[id]?.modelCalls = try row.int64("model_calls")
            found[id]?.costMicros = try row.int64("cost_micros")
        }
        return found
    }
}
