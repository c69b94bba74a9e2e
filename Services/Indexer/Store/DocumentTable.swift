import Core
import Postgres

/// The table `documents`: what is to be indexed and what became of it.
enum DocumentTable {
    /// A command to index, as it is stored.
    struct Request {
        var key: DocumentKey
        var blob: StoredBlob
        var metadata: JSON
        var origin: MessageOrigin
    }

    /// A document that this instance has claimed.
    struct Claimed: Sendable {
        var key: DocumentKey
        var revision: Int64
        var blob: StoredBlob
        var metadata: JSON
        var origin: MessageOrigin
        var attempts: Int
    }

    /// Stores requests, each key at most once; a request that repeats the last command of its document changes nothing.
    static func request(_ requests: [Request], now: Instant, on connection: PostgresConnection) async throws {
        guard !requests.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO documents AS d
                (tenant, index_name, document_id, digest, size_bytes, content_type, name, metadata, status,
                 command_id, correlation_id, traceparent, requested_at)
            SELECT t, i, id, digest, size, type, name, metadata::jsonb, 'pending', command, correlation, trace, \(now)
            FROM unnest(
                \(requests.map(\.key.tenant)), \(requests.map(\.key.index)), \(requests.map(\.key.document)),
                \(requests.map(\.blob.digest)), \(requests.map(\.blob.size)), \(requests.map(\.blob.contentType)),
                \(requests.map(\.blob.name)), \(requests.map { $0.metadata.text() }), \(requests.map(\.origin.messageID)),
                \(requests.map(\.origin.correlationID)), \(requests.map(\.origin.traceparent))
            ) AS r(t, i, id, digest, size, type, name, metadata, command, correlation, trace)
            ON CONFLICT (tenant, index_name, document_id) DO UPDATE SET
                revision = d.revision + 1, digest = excluded.digest, size_bytes = excluded.size_bytes,
                content_type = excluded.content_type, name = excluded.name, metadata = excluded.metadata,
                status = 'pending', rejection = NULL, command_id = excluded.command_id,
                correlation_id = excluded.correlation_id, traceparent = excluded.traceparent, attempts = 0,
                not_before = '-infinity', requested_at = excluded.requested_at
            WHERE d.command_id <> excluded.command_id
            """)
    }

    /// Claims up to `limit` documents for `lease`; a claim that is not finished by then falls to whoever asks next.
    static func claim(
        limit: Int, lease: Duration, now: Instant, on connection: PostgresConnection
    ) async throws -> [Claimed] {
        let rows = try await connection.query(
            """
            WITH due AS MATERIALIZED (
                SELECT tenant, index_name, document_id FROM documents
                WHERE status = 'pending' AND not_before <= \(now)
                ORDER BY not_before, requested_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            UPDATE documents AS d SET attempts = d.attempts + 1, not_before = \(now + lease)
            FROM due
            WHERE (d.tenant, d.index_name, d.document_id) = (due.tenant, due.index_name, due.document_id)
            RETURNING d.*
            """)
        return try rows.map { row in
            Claimed(
                key: try DocumentKey(row), revision: try row.int64("revision"), blob: try StoredBlob(row),
                metadata: try row.json("metadata"), origin: try MessageOrigin(row), attempts: try row.int("attempts"))
        }
    }

    /// Marks a claimed revision as indexed. False when a newer command has come meanwhile: then nothing must be kept.
    static func markIndexed(
        _ claimed: Claimed, chunks: Int, embedder: String, now: Instant, on connection: PostgresConnection
    ) async throws -> Bool {
        try await connection.execute(
            """
            UPDATE documents SET status = 'indexed', chunks = \(chunks), embedder = \(embedder), indexed_at = \(now)
            WHERE \(Self.matches(claimed))
            """) == 1
    }

    /// Marks a claimed revision as rejected for good. False when a newer command has come meanwhile.
    static func markRejected(
        _ claimed: Claimed, _ rejection: Rejection, on connection: PostgresConnection
    ) async throws -> Bool {
        let reason: JSON = ["code": .string(rejection.code.rawValue), "reason": .string(rejection.reason)]
        return try await connection.execute(
            "UPDATE documents SET status = 'rejected', rejection = \(reason) WHERE \(Self.matches(claimed))") == 1
    }

    /// Lets a claimed revision be claimed again from `instant` on.
    static func postpone(_ claimed: Claimed, until instant: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute("UPDATE documents SET not_before = \(instant) WHERE \(Self.matches(claimed))")
    }

    /// Gives a claim back, as if it had not been.
    static func release(_ claimed: Claimed, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE documents SET not_before = '-infinity', attempts = attempts - 1
            WHERE \(matches(claimed)) AND attempts = \(claimed.attempts)
            """)
    }

    /// Removes documents; their chunks are removed by `ChunkTable.remove`.
    static func remove(_ keys: [DocumentKey], on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            DELETE FROM documents WHERE (tenant, index_name, document_id) IN (
                SELECT * FROM unnest(\(keys.map(\.tenant)), \(keys.map(\.index)), \(keys.map(\.document))))
            """)
    }

    private static func matches(_ claimed: Claimed) -> SQL {
        """
        tenant = \(claimed.key.tenant) AND index_name = \(claimed.key.index) AND document_id = \(claimed.key.document)
        AND revision = \(claimed.revision) AND status = 'pending'
        """
    }
}
