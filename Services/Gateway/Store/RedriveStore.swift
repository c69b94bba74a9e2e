import Core
import GatewayDomain
import Postgres

/// Redrives of many letters, and how each of their letters fares.
enum RedriveStore {
    /// Adds a redrive of the open letters to which the filter applies, the oldest first; gives how many they are.
    static func add(
        _ row: RedriveRow, _ filter: LetterFilter, limit: Int, prefix: String, on connection: PostgresConnection
    ) async throws -> Int64 {
        let condition = DeadLetterDesk.condition(filter, state: .open, prefix: prefix, tenant: row.tenant)
        let total = try await connection.execute(
            """
            INSERT INTO redrive_items (redrive_id, number, dead_letter_id, status, code)
            SELECT \(row.id), row_number() OVER (ORDER BY died_at, dead_letter_id), dead_letter_id, 'waiting', code
            FROM dead_letter_desk WHERE \(condition) ORDER BY died_at, dead_letter_id LIMIT \(limit)
            """)
        try await connection.execute(
            """
            INSERT INTO redrives (redrive_id, tenant, status, filter, rate, stop_after, reason, actor, traceparent,
                total, next_at, created_at, updated_at)
            VALUES (\(row.id), \(row.tenant), \(total == 0 ? "done" : "running"), \(row.filter), \(row.rate),
                \(Int32(row.stopAfter)), \(row.reason), \(row.actor), \(row.traceparent), \(Int64(total)),
                \(row.createdAt), \(row.createdAt), \(row.createdAt))
            """)
        return Int64(total)
    }

    static func find(_ id: String, tenant: String, on pool: any Querying) async throws -> RedriveRow? {
        try await pool.query(
            "SELECT \(RedriveRow.columns) FROM redrives WHERE redrive_id = \(id) AND \(.belongs(to: tenant))"
        ).first.map { try RedriveRow($0) }
    }

    static func page(
        tenant: String, after cursor: PageCursor?, limit: Int, on pool: PostgresPool
    ) async throws -> [RedriveRow] {
        let after: SQL = cursor.map { "AND (created_at, redrive_id) < (\($0.time), \($0.id))" } ?? ""
        return try await pool.query(
            """
            SELECT \(RedriveRow.columns) FROM redrives WHERE tenant = \(tenant) \(after)
            ORDER BY created_at DESC, redrive_id DESC LIMIT \(limit)
            """
        ).map { try RedriveRow($0) }
    }

    /// A redrive that is due, held until the transaction ends; those that others hold are passed over.
    static func holdDue(now: Instant, on connection: PostgresConnection) async throws -> RedriveRow? {
        try await connection.query(
            """
            SELECT \(RedriveRow.columns) FROM redrives WHERE status = 'running' AND next_at <= \(now)
            ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """
        ).first.map { try RedriveRow($0) }
    }

    /// When the next redrive is due; nil when none runs.
    static func nextDue(on pool: PostgresPool) async throws -> Instant? {
        try await pool.query("SELECT min(next_at) AS next FROM redrives WHERE status = 'running'")[0]
            .optionalInstant("next")
    }

    /// The next letters of a redrive with their numbers, held; those that somebody works on right now are left for
    /// later.
    static func holdWaiting(
        _ id: String, limit: Int, on connection: PostgresConnection
    ) async throws -> [(number: Int64, letter: DeadLetterRow)] {
        try await connection.query(
            """
            SELECT i.number, d.* FROM redrive_items AS i JOIN dead_letter_desk AS d USING (dead_letter_id)
            WHERE i.redrive_id = \(id) AND i.status = 'waiting' ORDER BY i.number LIMIT \(limit)
            FOR UPDATE OF d SKIP LOCKED
            """
        ).map { (try $0.int64("number"), try DeadLetterRow($0)) }
    }

    /// The letters of a redrive with what became of them, after the one of this number.
    static func items(_ id: String, after: Int, limit: Int, on pool: PostgresPool) async throws -> [JSON] {
        try await pool.query(
            """
            SELECT number, dead_letter_id, status, code, code_again FROM redrive_items
            WHERE redrive_id = \(id) AND number > \(after) ORDER BY number LIMIT \(limit)
            """
        ).map { row in
            var object: JSONObject = [
                "number": .integer(try row.int64("number")), "letter": .string(try row.string("dead_letter_id")),
                "status": .string(try row.string("status")), "code": .string(try row.string("code")),
            ]
            object["codeAgain"] = try row.optionalString("code_again").map(JSON.string)
            return .object(object)
        }
    }

    /// Notes which letters were published and which were not, and when to go on.
    static func advance(
        _ row: RedriveRow, sent: [Int64], skipped: [Int64], next: Instant, now: Instant,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE redrive_items SET status = CASE WHEN number = ANY(\(sent)) THEN 'sent' ELSE 'skipped' END
            WHERE redrive_id = \(row.id) AND number = ANY(\(sent + skipped))
            """)
        try await connection.execute(
            """
            UPDATE redrives SET sent = sent + \(Int64(sent.count)), skipped = skipped + \(Int64(skipped.count)),
                next_at = \(next), updated_at = CASE WHEN \(sent.isEmpty && skipped.isEmpty) THEN updated_at
                ELSE \(now) END
            WHERE redrive_id = \(row.id)
            """)
    }

    /// Notes what became of a letter; `code` is of what it died again. Gives the outcomes around it, as far as they
    /// matter to a redrive that stops after `stopAfter`; none when the letter is not in the redrive.
    static func settle(
        _ id: String, letter: String, code: String?, stopAfter: Int, on connection: PostgresConnection
    ) async throws -> [RedriveOutcome] {
        let status = code == nil ? "taken" : "died"
        let items = try await connection.query(
            """
            UPDATE redrive_items SET status = \(status), code_again = \(code)
            WHERE redrive_id = \(id) AND dead_letter_id = \(letter) AND status = 'sent' RETURNING number
            """)
        guard let number = try items.first?.int64("number") else { return [] }
        try await connection.execute(
            """
            UPDATE redrives SET taken = taken + \(code == nil ? 1 : 0), died = died + \(code == nil ? 0 : 1)
            WHERE redrive_id = \(id)
            """)
        return try await connection.query(
            """
            SELECT number, code, code_again FROM (
                (SELECT number, code, code_again FROM redrive_items WHERE redrive_id = \(id) AND number <= \(number)
                    AND status <> 'skipped' ORDER BY number DESC LIMIT \(stopAfter))
                UNION ALL
                (SELECT number, code, code_again FROM redrive_items WHERE redrive_id = \(id) AND number > \(number)
                    AND status <> 'skipped' ORDER BY number LIMIT \(stopAfter - 1))
            ) AS around ORDER BY number
            """
        ).map { RedriveOutcome(before: try $0.string("code"), again: try $0.optionalString("code_again")) }
    }

    /// Ends a running redrive; false when it had ended.
    static func end(
        _ id: String, status: String, stop: JSON? = nil, now: Instant, on connection: PostgresConnection
    ) async throws -> Bool {
        try await connection.execute(
            """
            UPDATE redrives SET status = \(status), stop = \(stop), updated_at = \(now)
            WHERE redrive_id = \(id) AND status = 'running'
            """) == 1
    }
}
