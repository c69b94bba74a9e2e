import Core
import Postgres

/// The table `outbox`: messages that are committed and perhaps not published yet.
enum OutboxTable {
    /// The owner of rows that no broker takes. They wait for an operator, who gives them to owner 0 to try again.
    static let parked: Int64 = -1

    /// Adds messages in their order and, in the same statement, removes rows that are done with. Gives the new rows.
    static func insert(
        _ messages: [Outbound], owner: Int64, removing done: [Int64], on connection: PostgresConnection
    ) async throws -> (rows: [OutboxRow], transaction: String) {
        let headers = messages.map { message in
            JSON.object(
                JSONObject(
                    message.envelope.headers(contentType: message.contentType).map { ($0.name, .string($0.value)) })
            )
            .text()
        }
        let rows = try await connection.query(
            """
            WITH removed AS (DELETE FROM outbox WHERE id = ANY(\(done)))
            INSERT INTO outbox (owner, topic, key, headers, body)
            SELECT \(owner), topic, key, headers::jsonb, body FROM unnest(
                \(messages.map(\.topic.rawValue)), \(messages.map(\.key)), \(headers), \(messages.map(\.body))
            ) WITH ORDINALITY AS m(topic, key, headers, body, place)
            ORDER BY place RETURNING id, pg_current_xact_id()::text AS transaction
            """)
        let ids = try rows.map { try $0.int64("id") }.sorted()
        let rowsInOrder = zip(ids, messages).map { OutboxRow(id: $0, message: $1) }
        return (rowsInOrder, try rows.first?.string("transaction") ?? "")
    }

    /// Removes rows that are published.
    static func remove(_ ids: [Int64], on connection: PostgresConnection) async throws {
        try await connection.execute("DELETE FROM outbox WHERE id = ANY(\(ids))")
    }

    /// Sets rows aside that no broker takes.
    static func park(_ ids: [Int64], on connection: PostgresConnection) async throws {
        try await connection.execute("UPDATE outbox SET owner = \(parked) WHERE id = ANY(\(ids))")
    }

    /// Whether all these transactions have ended, one way or the other.
    static func haveEnded(_ transactions: [String], on connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            """
            SELECT NOT coalesce(bool_or(pg_xact_status(x::xid8) = 'in progress'), false) AS ended
            FROM unnest(\(transactions)) AS x
            """
        )[0].bool("ended")
    }

    /// Those of `ids` that stand in the table under `owner`.
    static func existing(_ ids: [Int64], of owner: Int64, on connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query("SELECT id FROM outbox WHERE id = ANY(\(ids)) AND owner = \(owner)")
            .map { try $0.int64("id") }
    }

    /// The owners that have rows, other than `owner`.
    static func otherOwners(than owner: Int64, on connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            "SELECT DISTINCT owner FROM outbox WHERE owner <> \(owner) AND owner <> \(parked) ORDER BY owner"
        ).map { try $0.int64("owner") }
    }

    /// Whether nobody holds `owner`'s lock: then that process is gone. The lock is ours until the transaction ends.
    static func isGone(_ owner: Int64, on connection: PostgresConnection) async throws -> Bool {
        try await connection.query("SELECT pg_try_advisory_xact_lock(\(owner)) AS free").first?.bool("free") ?? false
    }

    /// Makes `owner` the owner of all rows of `former`, and gives them in their order.
    static func adopt(
        from former: Int64, to owner: Int64, on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        try await connection.query(
            "UPDATE outbox SET owner = \(owner) WHERE owner = \(former) RETURNING id, topic, key, headers, body"
        ).map(row).sorted { $0.id < $1.id }
    }

    /// The rows of `owner` that are not among `known`.
    static func unknown(
        to owner: Int64, besides known: [Int64], on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        try await connection.query(
            """
            SELECT id, topic, key, headers, body FROM outbox WHERE owner = \(owner) AND id <> ALL(\(known)) ORDER BY id
            """
        ).map(row)
    }

    private static func row(_ row: PostgresRow) throws -> OutboxRow {
        var headers: [String: String] = [:]
        for (name, value) in try row.json("headers").object ?? JSONObject() { headers[name] = value.string }
        let envelope: Envelope
        do { envelope = try Envelope.binary(headers, time: Instant(microseconds: 0)) } catch {
            preconditionFailure("the outbox holds what this module wrote: \(error.reason)")
        }
        return OutboxRow(
            id: try row.int64("id"),
            message: Outbound(
                topic: Topic(try row.string("topic")), key: try row.string("key"), envelope: envelope,
                contentType: headers["content-type"] ?? Envelope.protobuf, body: try row.bytes("body")))
    }
}
