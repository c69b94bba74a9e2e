import Core
import Messaging
import Postgres

/// The table of starts that are not begun yet.
struct WaitingStartStore {
    let connection: PostgresConnection

    private static let columns: SQL = """
        execution_id, tenant, message_id, source, sent_at, correlation_id, causation_id, traceparent, body, partition,
        record_offset, received_at
        """

    /// Adds starts, behind all others of their tenants; one that waits already stays where it is.
    func insert(_ starts: [Incoming]) async throws {
        guard !starts.isEmpty else { return }
        let (envelopes, messages) = (starts.map(\.envelope), starts.map(\.message))
        connection.perform(
            """
            INSERT INTO waiting_starts (\(Self.columns))
            SELECT * FROM unnest(
                \(starts.map(\.executionID)), \(envelopes.map(\.tenant)), \(envelopes.map(\.id)),
                \(envelopes.map(\.source)), \(envelopes.map(\.time)), \(envelopes.map(\.correlationID)),
                \(envelopes.map(\.causationID)), \(envelopes.map(\.traceparent)), \(messages.map(\.body)),
                \(messages.map(\.partition)), \(messages.map(\.offset)), \(messages.map(\.receivedAt)))
            ON CONFLICT (execution_id) DO NOTHING
            """)
    }

    /// Those that have starts here, by skipping through the index: costs the same however many they have.
    private static let each: SQL = """
        WITH RECURSIVE first AS (
            SELECT * FROM (SELECT tenant FROM waiting_starts ORDER BY tenant LIMIT 1) AS least
            UNION ALL
            SELECT next.* FROM first CROSS JOIN LATERAL (
                SELECT tenant FROM waiting_starts WHERE waiting_starts.tenant > first.tenant
                ORDER BY tenant LIMIT 1) AS next)
        """

    /// Those that have starts here.
    func tenants() async throws -> [String] {
        try await connection.query("\(Self.each) SELECT tenant FROM first").map { try $0.string("tenant") }
    }

    /// How many each tenant has.
    func counts() async throws -> [String: Int] {
        let rows = try await connection.query(
            """
            \(Self.each)
            SELECT first.tenant, counted.n FROM first CROSS JOIN LATERAL (
                SELECT count(*) AS n FROM waiting_starts WHERE waiting_starts.tenant = first.tenant) AS counted
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.string("tenant"), try $0.int("n")) })
    }

    /// Takes starts out, of each tenant up to so many and the first that came; those that another process is taking
    /// are passed over. They are chosen once, as a plan that looked again would pass over its own; and they are deleted
    /// by their ids as an array, since to join them the planner reads the whole table, however many wait.
    func take(_ limits: [String: Int]) async throws -> [WaitingStart] {
        let limits = limits.sorted { $0.key < $1.key }
        return try await take(
            """
            WITH next AS MATERIALIZED (
                SELECT start.id FROM unnest(\(limits.map(\.key)), \(limits.map { Int64($0.value) }))
                    AS asked (tenant, most)
                CROSS JOIN LATERAL (
                    SELECT execution_id AS id FROM waiting_starts WHERE waiting_starts.tenant = asked.tenant
                    ORDER BY place LIMIT asked.most FOR UPDATE SKIP LOCKED) AS start)
            DELETE FROM waiting_starts WHERE execution_id = ANY(ARRAY(SELECT id FROM next))
            """)
    }

    /// Takes the starts of these executions out. Whoever is taking one is waited for.
    func take(_ executionIDs: [String]) async throws -> [WaitingStart] {
        guard !executionIDs.isEmpty else { return [] }
        return try await take("DELETE FROM waiting_starts WHERE execution_id = ANY(\(executionIDs))")
    }

    private func take(_ deletion: SQL) async throws -> [WaitingStart] {
        let rows = try await connection.query("\(deletion) RETURNING \(Self.columns), place")
        return try rows.map(WaitingStart.init).sorted { $0.place < $1.place }
    }
}
