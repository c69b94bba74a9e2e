import Core
import Postgres
import StateKeeperDomain

/// The table `events`: the histories themselves, events that came together in one row.
enum EventTable {
    /// An event.
    struct Event: Sendable {
        var key: ExecutionKey
        var event: HistoryVerification.StoredEvent
        var happenedAt: Instant
    }

    /// Appends events, those of one history next to each other and in order. The logs of their histories are locked or
    /// new, and end before them: an event that is there already is a failure.
    static func append(_ events: [Event], on connection: PostgresConnection) async throws {
        guard !events.isEmpty else { return }
        let batches = EventBatch.batches(events)
        connection.perform(
            """
            INSERT INTO events (tenant, execution_id, sequence, batch_size, happened_at, message, hash)
            SELECT * FROM unnest(
                \(batches.map(\.key.tenant)), \(batches.map(\.key.execution)), \(batches.map(\.sequence)),
                \(batches.map(\.size)), \(batches.map(\.happenedAt)), \(batches.map(\.message)),
                \(batches.map(\.hash)))
            """)
    }

    /// Up to `limit` events of a history after `sequence`, in order.
    static func page(
        _ key: ExecutionKey, after sequence: Int64, limit: Int, on connection: PostgresConnection
    ) async throws -> [Event] {
        // Whoever asks may name any number.
        let after = min(max(0, sequence), Int64.max - Int64(limit))
        let near = try await events(key, after: after, through: after + Int64(limit), limit, connection)
        // Where events are missing, those behind them.
        return near.isEmpty ? try await events(key, after: after, through: .max, limit, connection) : near
    }

    private static func events(
        _ key: ExecutionKey, after sequence: Int64, through last: Int64, _ limit: Int, _ connection: PostgresConnection
    ) async throws -> [Event] {
        let most = EventBatch.most
        // Those before the first asked for are in rows that begin less than a row's length before it.
        let rows = try await connection.query(
            """
            SELECT sequence, batch_size, happened_at, message, hash FROM events
            WHERE tenant = \(key.tenant) AND execution_id = \(key.execution)
                AND sequence > \(sequence - Int64(most)) AND sequence <= \(last)
            ORDER BY sequence LIMIT \(limit + most)
            """)
        var events: [Event] = []
        for row in rows where events.count < limit {
            let batch = EventBatch(
                key: key, sequence: try row.int64("sequence"), happenedAt: try row.instant("happened_at"),
                size: try row.int32("batch_size"), message: try row.bytes("message"), hash: try row.bytes("hash"))
            events += batch.events.filter { $0.event.sequence > sequence }
        }
        return Array(events.prefix(limit))
    }
}
