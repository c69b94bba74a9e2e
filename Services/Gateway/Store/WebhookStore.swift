import Core
import GatewayDomain
import Postgres

/// The webhooks of all tenants.
enum WebhookStore {
    /// Adds a webhook, or replaces the one of its name.
    static func put(_ webhook: Webhook, tenant: String, now: Instant, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO webhooks
                (tenant, name, secret, signature_header, delivery_header, event_type, subject, created_at)
            VALUES (\(tenant), \(webhook.name), \(webhook.secret), \(webhook.signatureHeader),
                \(webhook.deliveryHeader), \(webhook.eventType), \(webhook.subject), \(now))
            ON CONFLICT (tenant, name) DO UPDATE SET secret = excluded.secret,
                signature_header = excluded.signature_header, delivery_header = excluded.delivery_header,
                event_type = excluded.event_type, subject = excluded.subject
            """)
    }

    /// Removes a webhook; false when there is none.
    static func delete(_ name: String, tenant: String, on connection: PostgresConnection) async throws -> Bool {
        try await connection.execute("DELETE FROM webhooks WHERE tenant = \(tenant) AND name = \(name)") == 1
    }

    /// The webhooks of a name, of whatever tenants; more than a hundred are not tried.
    static func named(_ name: String, on pool: PostgresPool) async throws -> [(tenant: String, webhook: Webhook)] {
        try await pool.query(
            """
            SELECT tenant, name, secret, signature_header, delivery_header, event_type, subject FROM webhooks
            WHERE name = \(name) ORDER BY tenant LIMIT 100
            """
        ).map { (try $0.string("tenant"), try webhook($0)) }
    }

    /// A tenant's webhooks.
    static func all(tenant: String, on pool: PostgresPool) async throws -> [Webhook] {
        try await pool.query(
            """
            SELECT name, secret, signature_header, delivery_header, event_type, subject FROM webhooks
            WHERE tenant = \(tenant) ORDER BY name LIMIT 500
            """
        ).map(webhook)
    }

    private static func webhook(_ row: PostgresRow) throws -> Webhook {
        Webhook(
            name: try row.string("name"), secret: try row.optionalString("secret"),
            signatureHeader: try row.string("signature_header"), deliveryHeader: try row.string("delivery_header"),
            eventType: try row.string("event_type"), subject: try row.string("subject"))
    }
}
