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
        let rows = try await connection.query(
            "SELECT request_digest, status, body FROM idempotency WHERE tenant = \(tenant) AND key = \(key)")
        let stored = try rows.first.map { row in
            IdempotencyDecision.StoredAnswer(
                requestDigest: try row.string("request_digest"), status: Int(try row.int32("status")),
                body: try row.bytes("body"))
        }
        return IdempotencyDecision(stored: stored, requestDigest: requestDigest)
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
