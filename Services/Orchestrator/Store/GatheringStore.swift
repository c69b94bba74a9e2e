import Core
import Postgres

/// The table of events that have come for schedules which need several.
struct GatheringStore {
    let connection: PostgresConnection

    /// What has come under each of `keys`, locked; a key that is new is there afterwards, with nothing.
    func lock(_ id: String, keys: [String], now: Instant) async throws -> [String: [UInt8]] {
        connection.perform(
            """
            INSERT INTO gatherings (id, key, state, updated_at)
            SELECT \(id), key, \([UInt8]()), \(now) FROM unnest(\(keys)) AS k (key)
            ON CONFLICT (id, key) DO NOTHING
            """)
        let rows = try await connection.query(
            "SELECT key, state FROM gatherings WHERE id = \(id) AND key = ANY(\(keys)) ORDER BY key FOR UPDATE")
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.string("key"), try $0.bytes("state")) })
    }

    /// Stores what has come under a key.
    func put(_ id: String, key: String, state: [UInt8], now: Instant) async throws {
        connection.perform(
            "UPDATE gatherings SET state = \(state), updated_at = \(now) WHERE id = \(id) AND key = \(key)")
    }

    /// Removes what has come under a key.
    func delete(_ id: String, key: String) async throws {
        connection.perform("DELETE FROM gatherings WHERE id = \(id) AND key = \(key)")
    }

    /// Removes all that has come for a schedule.
    func delete(_ id: String) async throws {
        connection.perform("DELETE FROM gatherings WHERE id = \(id)")
    }

    /// Forgets what nothing was added to since `moment`, at most `limit`; how many.
    func forget(before moment: Instant, limit: Int) async throws -> Int {
        try await connection.execute(
            """
            DELETE FROM gatherings WHERE (id, key) IN (
                SELECT id, key FROM gatherings WHERE updated_at < \(moment) ORDER BY updated_at LIMIT \(limit))
            """)
    }
}
