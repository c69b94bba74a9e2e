import Core
import GatewayDomain
import Postgres

/// Answers by idempotency key.
enum IdempotencyStore {
    /// Takes the key for a request, or tells what it was taken for. Waits for a transaction that is taking it now.
    static func claim(
        _ key: String, tenant: String, requestDigest: String, now: Instant, on connection: PostgresConnection
    ) async throws -> IdempotencyDecision {
        let taken = try await connection.execute(
            """
            INSERT INTO idempotency (tenant, key, request_digest, status, body, created_at)
            VALUES (\(tenant), \(key), \(requestDigest), 0::int, \([UInt8]()), \(now)) ON CONFLICT DO NOTHING
            """)
        if taken == 1 { return .proceed }
        let stored = try await stored(key, tenant: tenant, on: connection)
        return IdempotencyDecision(stored: stored, requestDigest: requestDigest)
    }

    private static func stored(
        _ key: String, tenant: String, on connection: PostgresConnection
    ) async throws -> IdempotencyDecision.StoredAnswer? {
        let rows = try await connection.query(
            "SELECT request_digest, status, body FROM idempotency WHERE tenant = \(tenant) AND key = \(key)")
        return try rows.first.map { row in
            IdempotencyDecision.StoredAnswer(
                requestDigest: try row.string("request_digest"), status: Int(try row.int32("status")),
                body: try row.bytes("body"))
        }
    }

    /// A request that takes its key with its answer, which is known beforehand.
    struct Claim: Sendable {
        var key: String
        var tenant: String
        var requestDigest: String
        var answer: APIAnswer

        var id: [String] { [tenant, key] }
    }

    /// Takes the keys, each once, with the transaction's next statement; `decide` tells which were free.
    static func claim(_ claims: [Claim], now: Instant, on connection: PostgresConnection) -> PostgresAnswer? {
        if claims.isEmpty { return nil }
        // In one order by everybody: who waits for a transaction that is taking one of them waits for no other.
        let claims = claims.sorted { $0.id.lexicographicallyPrecedes($1.id) }
        return connection.ask(
            """
            INSERT INTO idempotency (tenant, key, request_digest, status, body, created_at)
            SELECT c.*, \(now) FROM unnest(
                \(claims.map(\.tenant)), \(claims.map(\.key)), \(claims.map(\.requestDigest)),
                \(claims.map { Int32($0.answer.status) }), \(claims.map { $0.answer.body.bytes() })) AS c
            ON CONFLICT DO NOTHING RETURNING tenant, key
            """)
    }

    /// What to do with each of the requests, by its id.
    static func decide(
        _ claims: [Claim], _ claimed: PostgresAnswer?, on connection: PostgresConnection
    ) async throws -> [[String]: IdempotencyDecision] {
        guard let claimed else { return [:] }
        var decisions: [[String]: IdempotencyDecision] = [:]
        for row in try await connection.rows(of: claimed) {
            decisions[[try row.string("tenant"), try row.string("key")]] = .proceed
        }
        for claim in claims where decisions[claim.id] == nil {
            decisions[claim.id] = IdempotencyDecision(
                stored: try await stored(claim.key, tenant: claim.tenant, on: connection),
                requestDigest: claim.requestDigest)
        }
        return decisions
    }

    /// Gives keys back that this transaction has taken.
    static func forget(_ claims: [Claim], on connection: PostgresConnection) {
        if claims.isEmpty { return }
        connection.perform(
            """
            DELETE FROM idempotency WHERE (tenant, key) IN (
                SELECT * FROM unnest(\(claims.map(\.tenant)), \(claims.map(\.key))))
            """)
    }

    static func keep(
        _ key: String, tenant: String, status: Int, body: [UInt8], on connection: PostgresConnection
    ) async throws {
        connection.perform(
            """
            UPDATE idempotency SET status = \(Int32(status)), body = \(body)
            WHERE tenant = \(tenant) AND key = \(key)
            """)
    }

    static func removeOlder(than moment: Instant, on pool: PostgresPool) async throws {
        try await pool.execute("DELETE FROM idempotency WHERE created_at < \(moment)")
    }
}
