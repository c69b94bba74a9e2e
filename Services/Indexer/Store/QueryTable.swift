import Core
import IndexerDomain
import Postgres

/// The table `queries`: questions that wait for their answer.
enum QueryTable {
    /// A question with what its answer needs.
    struct Pending: Sendable {
        var tenant: String
        var id: String
        var execution: String
        /// The task's.
        var attempt: Int
        var query: RetrievalQuery
        var origin: MessageOrigin
        /// Claims so far.
        var attempts: Int
    }

    /// Stores questions, each id at most once; another question of the same id takes the place of one that waits.
    static func insert(_ queries: [Pending], now: Instant, on connection: PostgresConnection) async throws {
        guard !queries.isEmpty else { return }
        let filters = queries.map { pending in
            JSON.object(JSONObject(pending.query.filter.map { ($0.key, .string($0.value)) })).text()
        }
        try await connection.execute(
            """
            INSERT INTO queries AS q
                (tenant, query_id, execution_id, attempt, index_name, query, filter, passages, minimum_score, command_id,
                 correlation_id, traceparent, requested_at)
            SELECT tenant, id, execution, attempt, index_name, query, filter::jsonb, passages, score, command, correlation,
                trace, \(now)
            FROM unnest(
                \(queries.map(\.tenant)), \(queries.map(\.id)), \(queries.map(\.execution)),
                \(queries.map(\.attempt)), \(queries.map(\.query.index)), \(queries.map(\.query.text)),
                \(filters), \(queries.map { Int32($0.query.limit) }),
                \(queries.map(\.query.minimumScore)), \(queries.map(\.origin.messageID)),
                \(queries.map(\.origin.correlationID)), \(queries.map(\.origin.traceparent))
            ) AS r(tenant, id, execution, attempt, index_name, query, filter, passages, score, command, correlation, trace)
            ON CONFLICT (tenant, query_id) DO UPDATE SET
                attempt = excluded.attempt, index_name = excluded.index_name, query = excluded.query,
                filter = excluded.filter, passages = excluded.passages, minimum_score = excluded.minimum_score,
                command_id = excluded.command_id, correlation_id = excluded.correlation_id,
                traceparent = excluded.traceparent, attempts = 0, not_before = '-infinity',
                requested_at = excluded.requested_at
            WHERE q.command_id <> excluded.command_id
            """)
    }

    /// Claims up to `limit` questions for `lease`.
    static func claim(
        limit: Int, lease: Duration, now: Instant, on connection: PostgresConnection
    ) async throws -> [Pending] {
        let rows = try await connection.query(
            """
            WITH due AS MATERIALIZED (
                SELECT tenant, query_id FROM queries WHERE not_before <= \(now)
                ORDER BY not_before, requested_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            UPDATE queries AS q SET attempts = q.attempts + 1, not_before = \(now + lease)
            FROM due
            WHERE (q.tenant, q.query_id) = (due.tenant, due.query_id)
            RETURNING q.*
            """)
        return try rows.map { row in
            let pairs = try row.json("filter").object ?? JSONObject()
            return Pending(
                tenant: try row.string("tenant"), id: try row.string("query_id"),
                execution: try row.string("execution_id"), attempt: try row.int("attempt"),
                query: RetrievalQuery(
                    index: try row.string("index_name"), text: try row.string("query"),
                    filter: pairs.map { .init(key: $0.key, value: $0.value.string ?? "") },
                    limit: try row.int("passages"),
                    minimumScore: try row.double("minimum_score")),
                origin: try MessageOrigin(row), attempts: try row.int("attempts"))
        }
    }

    /// Removes a question that is being answered. False when another instance has answered it, or another has
    /// taken its place.
    static func remove(_ query: Pending, on connection: PostgresConnection) async throws -> Bool {
        try await connection.execute("DELETE FROM queries WHERE \(matches(query))") == 1
    }

    /// Lets a question be claimed again from `instant` on.
    static func postpone(_ query: Pending, until instant: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute("UPDATE queries SET not_before = \(instant) WHERE \(matches(query))")
    }

    private static func matches(_ query: Pending) -> SQL {
        """
        tenant = \(query.tenant) AND query_id = \(query.id) AND command_id = \(query.origin.messageID)
        """
    }
}
