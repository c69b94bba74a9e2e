import Contracts
import Core
import GatewayDomain
import Postgres

/// The dead letters of all services.
enum DeadLetterDesk {
    struct Row: Sendable {
        var id: String
        var service: String
        var topic: String
        var partition: Int
        var offset: Int64
        var key: [UInt8]
        var value: [UInt8]
        var headers: JSON
        var code: String
        var cause: String
        var attempts: Int
        var diedAt: Instant
    }

    private static let columns: SQL =
        "dead_letter_id, service, topic, partition, position, key, value, headers, code, cause, attempts, died_at"

    static func add(_ letter: DeadlettersV1.MessageDied, tenant: String, on connection: PostgresConnection) async throws
    {
        let headers = JSON.array(
            letter.headers.map { header in
                ["name": .string(header.name), "value": .string(String(decoding: header.value, as: UTF8.self))]
            })
        try await connection.execute(
            """
            INSERT INTO dead_letter_desk (tenant, \(columns))
            VALUES (\(tenant), \(letter.deadLetterID), \(letter.service), \(letter.topic), \(letter.partition),
                \(letter.offset), \(letter.key), \(letter.value), \(headers), \(letter.code), \(letter.cause),
                \(letter.attempts), \(Instant(microseconds: letter.diedUs)))
            ON CONFLICT DO NOTHING
            """)
    }

    static func find(_ id: String, tenant: String, on pool: PostgresPool) async throws -> Row? {
        try await pool.query(
            "SELECT \(columns) FROM dead_letter_desk WHERE dead_letter_id = \(id) AND tenant = \(tenant)"
        ).first.map(read)
    }

    static func page(
        service: String?, tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [Row] {
        var condition: SQL = "tenant = \(tenant)"
        if let service { condition = condition + " AND service = \(service)" }
        if let cursor { condition = condition + " AND (died_at, dead_letter_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            """
            SELECT \(columns) FROM dead_letter_desk WHERE \(condition)
            ORDER BY died_at DESC, dead_letter_id DESC LIMIT \(limit)
            """
        ).map(read)
    }

    private static func read(_ row: PostgresRow) throws -> Row {
        Row(
            id: try row.string("dead_letter_id"), service: try row.string("service"), topic: try row.string("topic"),
            partition: Int(try row.int32("partition")), offset: try row.int64("position"), key: try row.bytes("key"),
            value: try row.bytes("value"), headers: try row.json("headers"), code: try row.string("code"),
            cause: try row.string("cause"), attempts: Int(try row.int32("attempts")),
            diedAt: try row.instant("died_at"))
    }
}
