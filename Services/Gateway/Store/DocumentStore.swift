import Core
import GatewayDomain
import Postgres

/// Uploaded documents.
enum DocumentStore {
    struct Row: Sendable {
        var id: String
        var digest: String
        var size: Int
        var contentType: String
        var name: String
        var index: String?
        var metadata: JSON
        var status: String
        var chunks: Int?
        var rejection: JSON?
        var createdAt: Instant
    }

    private static let columns: SQL =
        """
        document_id, digest, size_bytes, content_type, name, index_name, metadata, status, chunks, rejection, created_at
        """

    static func add(_ row: Row, tenant: String, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO documents (document_id, tenant, digest, size_bytes, content_type, name, index_name, metadata,
                status, created_at)
            VALUES (\(row.id), \(tenant), \(row.digest), \(row.size), \(row.contentType), \(row.name), \(row.index),
                \(row.metadata), \(row.status), \(row.createdAt))
            """)
    }

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> Row? {
        try await pool.query(
            "SELECT \(columns) FROM documents WHERE document_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map(read)
    }

    static func page(
        index: String?, status: String?, tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [Row] {
        var condition: SQL = "tenant = \(tenant)"
        if let index { condition = condition + " AND index_name = \(index)" }
        if let status { condition = condition + " AND status = \(status)" }
        if let cursor { condition = condition + " AND (created_at, document_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            """
            SELECT \(columns) FROM documents WHERE \(condition)
            ORDER BY created_at DESC, document_id DESC LIMIT \(limit)
            """
        ).map(read)
    }

    /// The indexer has spoken.
    static func settle(
        _ id: String, status: String, chunks: Int32?, rejection: JSON?, on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE documents SET status = \(status), chunks = coalesce(\(chunks), chunks), rejection = \(rejection)
            WHERE document_id = \(id)
            """)
    }

    private static func read(_ row: PostgresRow) throws -> Row {
        Row(
            id: try row.string("document_id"), digest: try row.string("digest"), size: try row.int("size_bytes"),
            contentType: try row.string("content_type"), name: try row.string("name"),
            index: try row.optionalString("index_name"), metadata: try row.json("metadata"),
            status: try row.string("status"), chunks: try row.optionalInt32("chunks").map { Int($0) },
            rejection: try row.optionalJSON("rejection"), createdAt: try row.instant("created_at"))
    }
}
