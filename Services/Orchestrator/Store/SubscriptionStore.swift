import Core
import Postgres
import Workflow

/// The table of what waits for events.
struct SubscriptionStore {
    let connection: PostgresConnection

    /// A filter of a subscription.
    struct Row: Sendable, Hashable {
        var id: String
        var filter: String
        /// Empty for what starts executions.
        var executionID: String
        var tenant: String
        /// Empty for any type.
        var type: String
        var definition: String
        /// What correlation must give; nil for anything.
        var key: String?
    }

    /// A tenant's events of one type.
    struct Kind: Sendable, Hashable {
        var tenant: String
        var type: String
    }

    /// A filter that somebody's subscriptions use.
    struct Use: Sendable, Hashable {
        var kind: Kind
        var definition: String
        var filter: String
    }

    /// A use that an event fits, with the event's position among those that are looked at.
    struct Fit: Sendable {
        var event: Int
        var use: Use
        var key: String?
    }

    /// A subscription that an event is for.
    struct Target: Sendable, Hashable {
        var event: Int
        var id: String
        var executionID: String
    }

    /// Adds rows; of those that are there the key changes.
    func upsert(_ rows: [Row]) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO subscriptions (id, filter, execution_id, tenant, type, definition, key)
            SELECT * FROM unnest(
                \(rows.map(\.id)), \(rows.map(\.filter)), \(rows.map(\.executionID)), \(rows.map(\.tenant)),
                \(rows.map(\.type)), \(rows.map(\.definition)), \(rows.map(\.key)))
            ON CONFLICT (id, filter) DO UPDATE SET key = excluded.key
            """)
    }

    /// Removes subscriptions.
    func delete(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        connection.perform("DELETE FROM subscriptions WHERE id = ANY(\(ids))")
    }

    /// Removes all subscriptions of executions.
    func delete(executions ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        connection.perform("DELETE FROM subscriptions WHERE execution_id = ANY(\(ids))")
    }

    /// The filters that anybody uses for events of these kinds: the index is skipped through from filter to filter, so
    /// the cost is that of the definitions that wait, not of the executions.
    func uses(_ kinds: [Kind]) async throws -> [Use] {
        guard !kinds.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            WITH RECURSIVE kinds (tenant, type) AS (
                SELECT * FROM unnest(\(kinds.map(\.tenant)), \(kinds.map(\.type)))
            ), found AS (
                SELECT kinds.tenant, kinds.type, first.definition, first.filter FROM kinds CROSS JOIN LATERAL (
                    SELECT definition, filter FROM subscriptions AS s
                    WHERE s.tenant = kinds.tenant AND s.type = kinds.type
                    ORDER BY definition, filter LIMIT 1) AS first
                UNION ALL
                SELECT found.tenant, found.type, next.definition, next.filter FROM found CROSS JOIN LATERAL (
                    SELECT definition, filter FROM subscriptions AS s
                    WHERE s.tenant = found.tenant AND s.type = found.type
                        AND (s.definition, s.filter) > (found.definition, found.filter)
                    ORDER BY definition, filter LIMIT 1) AS next
            )
            SELECT tenant, type, definition, filter FROM found ORDER BY tenant, type, definition, filter
            """)
        return try rows.map { row in
            Use(
                kind: Kind(tenant: try row.string("tenant"), type: try row.string("type")),
                definition: try row.string("definition"), filter: try row.string("filter"))
        }
    }

    /// The subscriptions of `fits` whose key is the event's or none; in the order of the events.
    func targets(_ fits: [Fit]) async throws -> [Target] {
        guard !fits.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            WITH fits (event, tenant, type, definition, filter, key) AS (
                SELECT * FROM unnest(
                    \(fits.map { Int32($0.event) }), \(fits.map(\.use.kind.tenant)), \(fits.map(\.use.kind.type)),
                    \(fits.map(\.use.definition)), \(fits.map(\.use.filter)), \(fits.map(\.key)))
            )
            SELECT event, id, execution_id FROM fits JOIN subscriptions USING (tenant, type, definition, filter)
            WHERE subscriptions.key IS NULL
            UNION
            SELECT event, id, execution_id FROM fits JOIN subscriptions USING (tenant, type, definition, filter, key)
            ORDER BY event, execution_id, id
            """)
        return try rows.map { row in
            Target(
                event: Int(try row.int("event")), id: try row.string("id"),
                executionID: try row.string("execution_id"))
        }
    }
}
