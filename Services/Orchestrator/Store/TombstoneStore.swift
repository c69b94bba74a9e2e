import Core
import OrchestratorDomain
import Postgres

/// The table of executions that have ended.
struct TombstoneStore {
    let connection: PostgresConnection

    /// A tombstone with what only the table needs.
    struct Row {
        var tombstone: Tombstone
        var sequence: Int64
        var endedAt: Instant
    }

    /// The tombstones among `ids`.
    func find(_ ids: [String]) async throws -> [Tombstone] {
        guard !ids.isEmpty else { return [] }
        let rows = try await connection.query("SELECT id, tenant, ending FROM tombstones WHERE id = ANY(\(ids))")
        return try rows.map { row in
            let ending = Tombstone.Ending(rawValue: try row.string("ending")) ?? .faulted
            return Tombstone(executionID: try row.string("id"), tenant: try row.string("tenant"), ending: ending)
        }
    }

    /// Adds tombstones; one that is there stays.
    func insert(_ rows: [Row]) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO tombstones (id, tenant, ending, sequence, ended_at)
            SELECT * FROM unnest(
                \(rows.map(\.tombstone.executionID)), \(rows.map(\.tombstone.tenant)),
                \(rows.map(\.tombstone.ending.rawValue)), \(rows.map(\.sequence)), \(rows.map(\.endedAt)))
            ON CONFLICT (id) DO NOTHING
            """)
    }
}
