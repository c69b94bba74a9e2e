import Core
import Postgres

/// An approval in the read model.
struct ApprovalRow: Sendable {
    var id: String
    var executionID: String
    var task: String
    var title: String
    var subject: JSON?
    var subjectDigest: String
    var approvers: [String]
    var quorum: Int
    var checklist: [String]
    var status: String
    var decisions: [JSON]
    var actor: String?
    var comment: String?
    var requestedAt: Instant
    var dueAt: Instant?
    var closedAt: Instant?

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("approval_id")
        executionID = try row.string("execution_id")
        task = try row.string("task")
        title = try row.string("title")
        subject = try row.optionalJSON("subject")
        subjectDigest = try row.string("subject_digest")
        approvers = try row.strings("approvers")
        quorum = Int(try row.int32("quorum"))
        checklist = try row.strings("checklist")
        status = try row.string("status")
        decisions = try row.json("decisions").array ?? []
        actor = try row.optionalString("actor")
        comment = try row.optionalString("comment")
        requestedAt = try row.instant("requested_at")
        dueAt = try row.optionalInstant("due_at")
        closedAt = try row.optionalInstant("closed_at")
    }
}
