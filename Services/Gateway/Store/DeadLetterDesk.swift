import Contracts
import Core
import GatewayDomain
import Postgres

/// The dead letters of all services, and what was done about them.
enum DeadLetterDesk {
    /// Takes in a letter; one that is there already stays as it is, and gives nil. One whose message had been redriven
    /// becomes the continuation of the letter that it came of.
    static func add(
        _ letter: DeadlettersV1.MessageDied, tenant: String, redrives: Int, cameOf: String?,
        on connection: PostgresConnection
    ) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO dead_letter_desk (tenant, dead_letter_id, service, topic, partition, position, key, value,
                headers, code, cause, attempts, died_at, redrives, came_of)
            VALUES (\(tenant), \(letter.deadLetterID), \(letter.service), \(letter.topic), \(letter.partition),
                \(letter.offset), \(letter.key), \(letter.value), \(LetterContent(letter).storedHeaders),
                \(letter.code), \(letter.cause), \(letter.attempts), \(Instant(microseconds: letter.diedUs)),
                \(Int32(clamping: redrives)), \(cameOf))
            ON CONFLICT DO NOTHING
            """) == 1
    }

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> DeadLetterRow? {
        try await pool.query(
            "SELECT \(DeadLetterRow.columns) FROM dead_letter_desk WHERE dead_letter_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map { try DeadLetterRow($0) }
    }

    /// The letter, which nobody else changes until the transaction ends.
    static func hold(
        _ id: String, tenant: String, on connection: PostgresConnection
    ) async throws -> DeadLetterRow? {
        try await connection.query(
            """
            SELECT \(DeadLetterRow.columns) FROM dead_letter_desk
            WHERE dead_letter_id = \(id) AND \(.belongs(to: tenant)) FOR UPDATE
            """
        ).first.map { try DeadLetterRow($0) }
    }

    /// The letter from which the message `messageID` was published, held.
    static func hold(
        redrivenAs messageID: String, tenant: String, on connection: PostgresConnection
    ) async throws -> DeadLetterRow? {
        try await connection.query(
            """
            SELECT \(DeadLetterRow.columns) FROM dead_letter_desk
            WHERE message_id = \(messageID) AND \(.belongs(to: tenant)) FOR UPDATE
            """
        ).first.map { try DeadLetterRow($0) }
    }

    static func page(
        _ filter: LetterFilter, state: LetterState?, prefix: String, tenant: String, after cursor: PageCursor?,
        limit: Int, on pool: PostgresPool
    ) async throws -> [DeadLetterRow] {
        var condition = condition(filter, state: state, prefix: prefix, tenant: tenant)
        if let cursor { condition = condition + " AND (died_at, dead_letter_id) < (\(cursor.time), \(cursor.id))" }
        return try await pool.query(
            """
            SELECT \(DeadLetterRow.columns) FROM dead_letter_desk WHERE \(condition)
            ORDER BY died_at DESC, dead_letter_id DESC LIMIT \(limit)
            """
        ).map { try DeadLetterRow($0) }
    }

    /// What the filter means in SQL; `prefix` stands before the names of topics.
    static func condition(
        _ filter: LetterFilter, state: LetterState?, prefix: String, tenant: String
    ) -> SQL {
        var condition: SQL = "tenant = \(tenant)"
        // Written out, so that the index of open letters serves.
        if state == .open { condition = condition + " AND state = 'open'" }
        if let state, state != .open { condition = condition + " AND state = \(state.rawValue)" }
        if let topic = filter.topic { condition = condition + " AND topic IN (\(topic), \(prefix + topic))" }
        if let service = filter.service { condition = condition + " AND service = \(service)" }
        if let code = filter.code { condition = condition + " AND code = \(code)" }
        if let since = filter.since { condition = condition + " AND died_at >= \(since)" }
        if let until = filter.until { condition = condition + " AND died_at < \(until)" }
        return condition
    }

    /// Stores what has changed of a held letter, and the step in its history.
    static func save(
        _ row: DeadLetterRow, _ step: LetterState.Step, actor: String, _ details: JSON, now: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE dead_letter_desk SET state = \(row.state.rawValue), redrives = \(Int32(clamping: row.redrives)),
                message_id = \(row.messageID), redrive_id = \(row.redriveID), came_back_as = \(row.cameBackAs),
                edited_headers = \(row.edited?.storedHeaders), edited_value = \(row.edited?.value)
            WHERE dead_letter_id = \(row.id)
            """)
        try await connection.execute(
            """
            INSERT INTO dead_letter_changes (dead_letter_id, step, actor, details, changed_at)
            VALUES (\(row.id), \(step.rawValue), \(actor), \(details.text()), \(now))
            """)
    }

    /// What was done about a letter, first to last.
    static func history(_ id: String, on pool: PostgresPool) async throws -> [JSON] {
        try await pool.query(
            """
            SELECT step, actor, details, changed_at FROM dead_letter_changes WHERE dead_letter_id = \(id)
            ORDER BY number
            """
        ).map { row in
            var object: JSONObject = [
                "step": .string(try row.string("step")), "actor": .string(try row.string("actor")),
                "at": .string(try row.instant("changed_at").description),
            ]
            for (name, value) in (try? JSON(parsing: Array(row.string("details").utf8)))?.object ?? [:] {
                object[name] = value
            }
            return .object(object)
        }
    }
}
