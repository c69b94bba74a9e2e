import Core
import Postgres

/// A registered document by version: of a workflow or of a policy.
struct DocumentVersion: Sendable {
    var namespace: String
    var name: String
    var version: String
    var digest: String
    var document: JSON
    var status: String
    var rejection: JSON?
    var commandID: String
    var createdAt: Instant

    init(
        namespace: String, name: String, version: String, digest: String, document: JSON, commandID: String,
        createdAt: Instant
    ) {
        (self.namespace, self.name, self.version) = (namespace, name, version)
        (self.digest, self.document, self.commandID, self.createdAt) = (digest, document, commandID, createdAt)
        (status, rejection) = ("pending", nil)
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        namespace = try row.string("namespace")
        name = try row.string("name")
        version = try row.string("version")
        digest = try row.string("digest")
        document = try row.json("document")
        status = try row.string("status")
        rejection = try row.optionalJSON("rejection")
        commandID = try row.string("command_id")
        createdAt = try row.instant("created_at")
    }

    /// What pages are ordered by, beside the moment.
    var id: String { namespace.isEmpty ? "\(name):\(version)" : "\(namespace)/\(name):\(version)" }
}
