import Core
import Postgres
import ProtoWire

/// The table `outbox`: messages that are committed and perhaps not published yet.
enum OutboxTable {
    /// The owner of rows that no broker takes. They wait for an operator, who gives them to owner 0 to try again.
    static let parked: Int64 = -1

    /// Adds rows, numbered in their order, and in the same statement removes rows that are done with. It goes to the
    /// server with the commit.
    static func insert(
        _ rows: [(id: Int64, bytes: [UInt8])], owner: Int64, removing done: [Int64], on connection: PostgresConnection
    ) {
        connection.perform(
            """
            WITH removed AS (DELETE FROM outbox WHERE id = ANY(\(done)))
            INSERT INTO outbox (id, owner, place, messages)
            SELECT id, \(owner), id, messages FROM unnest(\(rows.map(\.id)), \(rows.map(\.bytes))) AS r(id, messages)
            """)
    }

    /// Removes rows that are published.
    static func remove(_ ids: [Int64], on connection: PostgresConnection) async throws {
        try await connection.execute("DELETE FROM outbox WHERE id = ANY(\(ids))")
    }

    /// Sets messages aside that no broker takes, each in a row of its own; `rest` are the rows without them.
    static func park(_ refused: [Outbound], leaving rest: [OutboxRow], on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO outbox (owner, messages)
            SELECT \(parked), messages FROM unnest(\(refused.map { OutboxRow.bytes([$0]) })) AS m(messages)
            """)
        try await remove(rest.filter(\.messages.isEmpty).map(\.id), on: connection)
        let kept = rest.filter { !$0.messages.isEmpty }
        try await connection.execute(
            """
            UPDATE outbox AS o SET messages = r.messages
            FROM unnest(\(kept.map(\.id)), \(kept.map { OutboxRow.bytes($0.messages) })) AS r(id, messages)
            WHERE o.id = r.id
            """)
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

    /// Those of `ids` that stand in the table, whoever owns them: one that another process has adopted meanwhile may be
    /// published twice, but never after what is behind it.
    static func existing(_ ids: [Int64], on connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query("SELECT id FROM outbox WHERE id = ANY(\(ids))").map { try $0.int64("id") }
    }

    /// The owners that have rows, other than `owner`, by skipping through the index: costs the same however many rows
    /// there are.
    static func otherOwners(than owner: Int64, on connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            """
            WITH RECURSIVE found AS (
                SELECT owner, before FROM unnest(\([parked, owner]), \([owner, Int64.max])) AS range (owner, before)
                UNION ALL
                SELECT next.owner, found.before FROM found CROSS JOIN LATERAL (
                    SELECT owner FROM outbox WHERE outbox.owner > found.owner AND outbox.owner < found.before
                    ORDER BY owner LIMIT 1) AS next)
            SELECT owner FROM found WHERE owner <> \(owner) AND owner <> \(parked) ORDER BY owner
            """
        ).map { try $0.int64("owner") }
    }

    /// Whether nobody holds `owner`'s lock: then that process is gone. The lock is ours until the transaction ends. Nil
    /// while another process adopts its rows.
    static func isGone(_ owner: Int64, on connection: PostgresConnection) async throws -> Bool? {
        // Who adopts holds the lock of the negative number first: else it would look like the owner, alive.
        try await connection.query(
            """
            SELECT CASE WHEN pg_try_advisory_xact_lock(\(-owner)) THEN pg_try_advisory_xact_lock(\(owner)) END AS gone
            """
        ).first?.optionalBool("gone")
    }

    /// Whether any of `owners` has rows that it has adopted. (Those of versions that knew no places have place 0.)
    static func haveAdopted(_ owners: [Int64], on connection: PostgresConnection) async throws -> Bool {
        guard !owners.isEmpty else { return false }
        return try await connection.query(
            "SELECT EXISTS (SELECT FROM outbox WHERE owner = ANY(\(owners)) AND place <> id AND place <> 0) AS some"
        )[0].bool("some")
    }

    /// The rows of `owner` in their order, locked.
    static func lock(of owner: Int64, on connection: PostgresConnection) async throws -> [OutboxRow] {
        try await connection.query(
            "SELECT id, messages FROM outbox WHERE owner = \(owner) ORDER BY place, id FOR UPDATE"
        ).map(row)
    }

    /// Makes `owner` the owner of rows, with new places among its own. It goes to the server with the commit.
    static func adopt(_ rows: [(id: Int64, place: Int64)], to owner: Int64, on connection: PostgresConnection) {
        connection.perform(
            """
            UPDATE outbox AS o SET owner = \(owner), place = r.place
            FROM unnest(\(rows.map(\.id)), \(rows.map(\.place))) AS r(id, place) WHERE o.id = r.id
            """)
    }

    /// The rows of `owner` that are not among `known`.
    static func unknown(
        to owner: Int64, besides known: [Int64], on connection: PostgresConnection
    ) async throws -> [OutboxRow] {
        try await connection.query(
            """
            SELECT id, messages FROM outbox WHERE owner = \(owner) AND id <> ALL(\(known)) ORDER BY place, id
            """
        ).map(row)
    }

    private static func row(_ row: PostgresRow) throws -> OutboxRow {
        let id = try row.int64("id")
        do { return try OutboxRow(id: id, bytes: try row.bytes("messages")) } catch let error as ProtoError {
            preconditionFailure("the outbox holds what this module wrote: \(error)")
        }
    }
}
