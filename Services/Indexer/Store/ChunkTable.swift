import Core
import IndexerDomain
import Postgres

/// The table `chunks`: what is searched.
enum ChunkTable {
    /// A chunk with its vector.
    struct Embedded: Sendable {
        var chunk: Chunk
        var vector: [Float]
    }

    /// A chunk that was found.
    struct Found: Sendable {
        var id: String
        var document: String
        var text: String
        var metadata: JSON
    }

    /// Puts `chunks` in the place of whatever the document had.
    static func replace(
        _ key: DocumentKey, metadata: JSON, embedder: String, with chunks: [Embedded], on connection: PostgresConnection
    ) async throws {
        try await remove([key], on: connection)
        guard !chunks.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO chunks
                (tenant, index_name, document_id, number, text, search_text, metadata, embedder, embedding)
            SELECT \(key.tenant), \(key.index), \(key.document), number, text, search_text, \(metadata), \(embedder),
                vector::public.vector
            FROM unnest(
                \(chunks.map { Int32($0.chunk.number) }), \(chunks.map(\.chunk.text)), \(chunks.map(\.chunk.searchText)),
                \(chunks.map { literal($0.vector) })
            ) AS c(number, text, search_text, vector)
            """)
    }

    /// Removes the chunks of documents.
    static func remove(_ keys: [DocumentKey], on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            DELETE FROM chunks WHERE (tenant, index_name, document_id) IN (
                SELECT * FROM unnest(\(keys.map(\.tenant)), \(keys.map(\.index)), \(keys.map(\.document))))
            """)
    }

    /// The ids of the nearest chunks by cosine distance, best first.
    static func nearest(
        to vector: [Float], embedder: String, tenant: String, query: RetrievalQuery, on connection: PostgresConnection
    ) async throws -> [String] {
        // Filters may leave few of the index's first candidates: let the scan go on until there are enough.
        try await connection.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        let length = SQL(unsafe: String(vector.count))
        let rows = try await connection.query(
            """
            SELECT document_id || '#' || number AS id FROM chunks
            WHERE tenant = \(tenant) AND index_name = \(query.index) AND embedder = \(embedder)
                AND metadata @> \(filter(query))
            ORDER BY embedding::public.vector(\(length))
                OPERATOR(public.<=>) \(literal(vector))::public.vector(\(length)), document_id, number
            LIMIT \(query.limit * 4)
            """)
        return try rows.map { try $0.string("id") }
    }

    /// The ids of the chunks that share the most telling words with the query, best first.
    static func matching(
        tenant: String, query: RetrievalQuery, on connection: PostgresConnection
    ) async throws -> [String] {
        let rows = try await connection.query(
            """
            WITH words AS (
                SELECT replace(plainto_tsquery('english', \(query.text))::text, ' & ', ' | ')::tsquery AS any_of
            )
            SELECT document_id || '#' || number AS id FROM chunks, words
            WHERE tenant = \(tenant) AND index_name = \(query.index) AND metadata @> \(filter(query))
                AND search @@ any_of
            ORDER BY ts_rank_cd(search, any_of, 1) DESC, document_id, number
            LIMIT \(query.limit * 4)
            """)
        return try rows.map { try $0.string("id") }
    }

    /// The chunks with these ids, in whatever order; ids that no longer exist are left out.
    static func fetch(
        _ ids: [String], tenant: String, index: String, on connection: PostgresConnection
    ) async throws -> [Found] {
        let places = ids.compactMap(place)
        let rows = try await connection.query(
            """
            SELECT document_id || '#' || number AS id, document_id, search_text, metadata
            FROM chunks JOIN unnest(\(places.map(\.document)), \(places.map(\.number))) AS p(document_id, number)
                USING (document_id, number)
            WHERE tenant = \(tenant) AND index_name = \(index)
            """)
        return try rows.map { row in
            Found(
                id: try row.string("id"), document: try row.string("document_id"), text: try row.string("search_text"),
                metadata: try row.json("metadata"))
        }
    }

    /// `<document>#<number>` taken apart.
    private static func place(_ id: String) -> (document: String, number: Int32)? {
        guard let mark = id.lastIndex(of: "#"), let number = Int32(id[id.index(after: mark)...]) else { return nil }
        return (String(id[..<mark]), number)
    }

    private static func filter(_ query: RetrievalQuery) -> JSON {
        .object(JSONObject(query.filter.map { ($0.key, .string($0.value)) }))
    }

    /// pgvector's text form.
    private static func literal(_ vector: [Float]) -> String {
        "[" + vector.map(\.description).joined(separator: ",") + "]"
    }
}
