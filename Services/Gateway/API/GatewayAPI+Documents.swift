import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore

extension GatewayAPI {
    var documentRoutes: [APIRoute] {
        [
            .post(
                "/v1/documents", "Upload a document: the body is its content", query: ["index", "name", "meta.<key>"],
                body: ["*/*"], success: [201], takesDocument: true
            ) { request in try await upload(request) },
            .get(
                "/v1/documents", "List documents, newest first", query: ["cursor", "limit", "index", "status"]
            ) { request in
                try request.checkQuery(["cursor", "limit", "index", "status"])
                let (cursor, limit) = try request.page()
                let status = try request.choice(
                    "status", of: ["stored", "indexing", "indexed", "rejected", "deleted"])
                let rows = try await DocumentStore.page(
                    index: request.http.query("index"), status: status, tenant: request.tenant, after: cursor,
                    limit: limit, on: pool)
                return page(rows, limit: limit, show: Self.view) { PageCursor(time: $0.createdAt, id: $0.id) }
            },
            .get("/v1/documents/{id}", "One document") { request in
                try request.checkQuery([])
                let id = request.parameter("id")
                guard let row = try await DocumentStore.find(id, tenant: request.tenant, on: pool) else {
                    throw Refusal.notFound("document \(id.prefix(80))")
                }
                return .json(Self.view(row))
            },
        ]
    }

    private func upload(_ request: APIRequest) async throws -> HTTPResponse {
        let row = try readUpload(request)
        // Before the transaction: a blob that no row mentions does no harm, a row without its blob would.
        _ = try await objects.scoped(to: request.tenant).put(request.http.body, contentType: row.contentType)
        return try await once(request) { transaction, announcer in
            try await DocumentStore.add(row, tenant: request.tenant, on: transaction.connection)
            let metadata = row.metadata.object ?? [:]
            if let index = row.index {
                let blob = CoreV1.Blob(
                    digest: row.digest, sizeBytes: Int64(row.size), contentType: row.contentType, name: row.name)
                let pairs = metadata.map { ($0.key, $0.value.string ?? "") }
                announcer.index(
                    row.id, in: index, blob, metadata: Dictionary(pairs) { first, _ in first })
            }
            announcer.documentUploaded(row.id, Self.view(row))
            announcer.audit(
                "document.upload", "document", row.id, id: "\(row.id)/audit", ["digest": .string(row.digest)])
            return APIAnswer(status: 201, body: Self.view(row), location: "/v1/documents/\(row.id)")
        }
    }

    private func readUpload(_ request: APIRequest) throws(Refusal) -> DocumentStore.Row {
        try request.checkQuery(["index", "name"], prefix: "meta.")
        guard !request.mediaType.isEmpty else {
            throw Refusal(
                415, .wrongMediaType, "The media type is missing", "The body is of no stated type.",
                "Say what it is in Content-Type, such as text/plain or application/pdf.")
        }
        guard !request.http.body.isEmpty else {
            throw Refusal([RequestFault(at: JSONPointer(), found: "nothing", expected: "the document's content")])
        }
        let index = request.http.query("index")
        if let index, !ResourceName.isLabel(index) {
            throw Refusal.query("index is malformed.", "lower-case letters, digits and hyphens")
        }
        let name = request.http.query("name") ?? ""
        guard name.count <= 255 else { throw Refusal.query("name is too long.", "at most 255 characters") }
        var metadata = JSONObject()
        for item in request.http.target.query where item.name.hasPrefix("meta.") {
            guard item.name.count <= 69, item.value.count <= 256, metadata.count < 32 else {
                throw Refusal.query("meta is too large.", "at most 32 pairs of 64 and 256 characters")
            }
            metadata[String(item.name.dropFirst(5))] = .string(item.value)
        }
        return DocumentStore.Row(
            id: identifiers.next(), digest: ContentDigest.hex(of: request.http.body), size: request.http.body.count,
            contentType: request.mediaType, name: name, index: index, metadata: .object(metadata),
            status: index == nil ? "stored" : "indexing", createdAt: clock.now())
    }

    static func view(_ row: DocumentStore.Row) -> JSON {
        var object: JSONObject = [
            "id": .string(row.id), "digest": .string(row.digest), "sizeBytes": .integer(Int64(row.size)),
            "contentType": .string(row.contentType), "name": .string(row.name), "metadata": row.metadata,
            "status": .string(row.status), "createdAt": .string(row.createdAt.description),
        ]
        if let index = row.index { object["index"] = .string(index) }
        if let chunks = row.chunks { object["chunks"] = .integer(Int64(chunks)) }
        if let rejection = row.rejection { object["rejection"] = rejection }
        return .object(object)
    }
}
