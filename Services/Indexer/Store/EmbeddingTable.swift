import Core
import Postgres

/// The tables `embeddings` and `embedding_parts`: texts that wait for their vectors, and what was bought for them.
enum EmbeddingTable {
    /// A request with what its answer needs.
    struct Pending: Sendable {
        var tenant: String
        var id: String
        var execution: String
        /// The task's.
        var attempt: Int
        /// The bytes of the payload message of the texts.
        var texts: [UInt8]
        /// Empty for the indexer's own.
        var model: String
        var origin: MessageOrigin
        /// Claims so far.
        var attempts: Int
    }

    /// What one call gave.
    struct Part: Sendable {
        /// JSON: an array of vectors.
        var vectors: [UInt8]
        var inputTokens: Int
        var calls: Int
    }

    /// Stores requests, each id at most once. One that repeats another is answered anew, of the parts that it has; one
    /// that asks for something else begins anew.
    static func insert(_ requests: [Pending], now: Instant, on connection: PostgresConnection) async throws {
        if requests.isEmpty { return }
        try await connection.execute(
            """
            DELETE FROM embeddings AS e USING unnest(
                \(requests.map(\.tenant)), \(requests.map(\.id)), \(requests.map(\.texts)), \(requests.map(\.model))
            ) AS r(tenant, id, texts, model)
            WHERE e.tenant = r.tenant AND e.request_id = r.id AND (e.texts <> r.texts OR e.model <> r.model)
            """)
        try await connection.execute(
            """
            INSERT INTO embeddings AS e
                (tenant, request_id, execution_id, attempt, texts, model, command_id, correlation_id, traceparent,
                 status, requested_at)
            SELECT r.*, 'pending', \(now)
            FROM unnest(
                \(requests.map(\.tenant)), \(requests.map(\.id)), \(requests.map(\.execution)),
                \(requests.map(\.attempt)), \(requests.map(\.texts)), \(requests.map(\.model)),
                \(requests.map(\.origin.messageID)), \(requests.map(\.origin.correlationID)),
                \(requests.map(\.origin.traceparent))) AS r
            ON CONFLICT (tenant, request_id) DO UPDATE SET
                attempt = excluded.attempt, command_id = excluded.command_id,
                correlation_id = excluded.correlation_id, traceparent = excluded.traceparent, status = 'pending',
                attempts = 0, not_before = '-infinity', requested_at = excluded.requested_at
            WHERE e.command_id <> excluded.command_id
            """)
    }

    /// Claims up to `limit` requests for `lease`.
    static func claim(
        limit: Int, lease: Duration, now: Instant, on connection: PostgresConnection
    ) async throws -> [Pending] {
        let rows = try await connection.query(
            """
            WITH due AS MATERIALIZED (
                SELECT tenant, request_id FROM embeddings WHERE status = 'pending' AND not_before <= \(now)
                ORDER BY not_before, requested_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            UPDATE embeddings AS e SET attempts = e.attempts + 1, not_before = \(now + lease)
            FROM due
            WHERE (e.tenant, e.request_id) = (due.tenant, due.request_id)
            RETURNING e.*
            """)
        return try rows.map { row in
            Pending(
                tenant: try row.string("tenant"), id: try row.string("request_id"),
                execution: try row.string("execution_id"), attempt: try row.int("attempt"),
                texts: try row.bytes("texts"), model: try row.string("model"), origin: try MessageOrigin(row),
                attempts: try row.int("attempts"))
        }
    }

    /// What an embedder has given for a request so far, by number.
    static func parts(
        of request: Pending, embedder: String, on connection: PostgresConnection
    ) async throws -> [Int: Part] {
        let rows = try await connection.query(
            """
            SELECT number, vectors, input_tokens, model_calls FROM embedding_parts
            WHERE tenant = \(request.tenant) AND request_id = \(request.id) AND embedder = \(embedder)
            """)
        var parts: [Int: Part] = [:]
        for row in rows {
            parts[try row.int("number")] = Part(
                vectors: try row.bytes("vectors"), inputTokens: try row.int("input_tokens"),
                calls: try row.int("model_calls"))
        }
        return parts
    }

    /// Journals a part and prolongs the claim. Nothing is written when the request has begun anew meanwhile.
    static func keep(
        _ part: Part, _ number: Int, of request: Pending, embedder: String, until: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            WITH claimed AS (
                UPDATE embeddings SET not_before = \(until) WHERE \(matches(request)) RETURNING tenant, request_id)
            INSERT INTO embedding_parts (tenant, request_id, number, embedder, vectors, input_tokens, model_calls)
            SELECT tenant, request_id, \(number), \(embedder), \(part.vectors), \(part.inputTokens), \(part.calls)
            FROM claimed
            ON CONFLICT (tenant, request_id, number) DO UPDATE SET embedder = excluded.embedder,
                vectors = excluded.vectors, input_tokens = excluded.input_tokens, model_calls = excluded.model_calls
            """)
    }

    /// Marks a request as answered. False when another instance has answered it, or it has begun anew.
    static func finish(_ request: Pending, on connection: PostgresConnection) async throws -> Bool {
        try await connection.execute("UPDATE embeddings SET status = 'answered' WHERE \(matches(request))") == 1
    }

    /// Lets a request be claimed again from `instant` on.
    static func postpone(_ request: Pending, until instant: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute("UPDATE embeddings SET not_before = \(instant) WHERE \(matches(request))")
    }

    /// Gives a claim back, as if it had not been.
    static func release(_ request: Pending, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE embeddings SET not_before = '-infinity', attempts = attempts - 1
            WHERE \(matches(request)) AND attempts = \(request.attempts)
            """)
    }

    /// Forgets answered requests that came before `instant`, with their parts; a thousand at a time.
    static func forget(before instant: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            DELETE FROM embeddings WHERE (tenant, request_id) IN (
                SELECT tenant, request_id FROM embeddings WHERE status = 'answered' AND requested_at < \(instant)
                LIMIT 1000 FOR UPDATE SKIP LOCKED)
            """)
    }

    private static func matches(_ request: Pending) -> SQL {
        """
        tenant = \(request.tenant) AND request_id = \(request.id) AND command_id = \(request.origin.messageID)
        AND status = 'pending'
        """
    }
}
