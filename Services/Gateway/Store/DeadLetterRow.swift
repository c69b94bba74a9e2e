import Core
import GatewayDomain
import Postgres

/// A dead letter on the desk.
struct DeadLetterRow: Sendable {
    var id: String
    var tenant: String
    var service: String
    var topic: String
    var partition: Int32
    var offset: Int64
    var key: [UInt8]
    /// The message as it died.
    var original: LetterContent
    /// The message as it is to be published instead.
    var edited: LetterContent?
    var code: String
    var cause: String
    var attempts: Int
    var diedAt: Instant
    var state: LetterState
    var redrives: Int
    var messageID: String?
    var redriveID: String?
    var cameOf: String?
    var cameBackAs: String?

    static let columns: SQL =
        """
        dead_letter_id, tenant, service, topic, partition, position, key, value, headers, code, cause, attempts,
        died_at, state, redrives, message_id, redrive_id, came_of, came_back_as, edited_headers, edited_value
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("dead_letter_id")
        tenant = try row.string("tenant")
        service = try row.string("service")
        topic = try row.string("topic")
        partition = try row.int32("partition")
        offset = try row.int64("position")
        key = try row.bytes("key")
        original = LetterContent(stored: try row.json("headers"), value: try row.bytes("value"))
        if let headers = try row.optionalJSON("edited_headers") {
            edited = LetterContent(stored: headers, value: try row.bytes("edited_value"))
        }
        code = try row.string("code")
        cause = try row.string("cause")
        attempts = Int(try row.int32("attempts"))
        diedAt = try row.instant("died_at")
        state = LetterState(rawValue: try row.string("state")) ?? .open
        redrives = Int(try row.int32("redrives"))
        messageID = try row.optionalString("message_id")
        redriveID = try row.optionalString("redrive_id")
        cameOf = try row.optionalString("came_of")
        cameBackAs = try row.optionalString("came_back_as")
    }

    /// The message as it would be published.
    var present: LetterContent { edited ?? original }
}
