import Core
import Postgres

/// What names a document.
struct DocumentKey: Sendable, Hashable {
    var tenant: String
    var index: String
    var document: String
}

extension DocumentKey {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            tenant: try row.string("tenant"), index: try row.string("index_name"),
            document: try row.string("document_id"))
    }
}

/// Where a document's bytes lie.
struct StoredBlob: Sendable, Hashable {
    var digest: String
    var size: Int64
    var contentType: String
    var name: String
}

extension StoredBlob {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            digest: try row.string("digest"), size: try row.int64("size_bytes"),
            contentType: try row.string("content_type"),
            name: try row.string("name"))
    }
}

/// The message that asked for a piece of work, so that the answer names its cause.
struct MessageOrigin: Sendable, Hashable {
    var messageID: String
    var correlationID: String?
    var traceparent: String?
}

extension MessageOrigin {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            messageID: try row.string("command_id"), correlationID: try row.optionalString("correlation_id"),
            traceparent: try row.optionalString("traceparent"))
    }
}
