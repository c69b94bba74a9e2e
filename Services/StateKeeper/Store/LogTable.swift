import Core
import Postgres
import StateKeeperDomain

/// The table `logs`: where each history ends and what it folds to.
enum LogTable {
    /// A row of the table.
    struct Row: Sendable {
        var key: ExecutionKey
        var log: HistoryLog
        var status: String
        /// What is to be stored of the state; nil leaves what is.
        var state: JSON?
        /// The event up to which a state is stored; 0 when none is.
        var stateSequence: Int64
        var foldError: String?
        var startedAt: Instant
        var updatedAt: Instant
    }

    /// The rows of these executions, locked until the transaction ends, in a fixed order so that nobody deadlocks.
    static func load(
        _ keys: [ExecutionKey], on connection: PostgresConnection
    ) async throws -> [ExecutionKey: Row] {
        let rows = try await connection.query(
            """
            SELECT \(columns) FROM logs AS l
            JOIN unnest(\(keys.map(\.tenant)), \(keys.map(\.execution))) AS k(tenant, execution_id)
                USING (tenant, execution_id)
            ORDER BY tenant, execution_id FOR UPDATE OF l
            """)
        var found: [ExecutionKey: Row] = [:]
        for row in rows {
            let loaded = try Self.row(row)
            found[loaded.key] = loaded
        }
        return found
    }

    /// One execution's row, without a lock.
    static func find(_ key: ExecutionKey, on connection: PostgresConnection) async throws -> Row? {
        try await connection.query(
            "SELECT \(columns) FROM logs WHERE tenant = \(key.tenant) AND execution_id = \(key.execution)"
        ).first.map(Self.row)
    }

    /// The state that is stored, and the event up to which it holds.
    static func state(
        _ key: ExecutionKey, on connection: PostgresConnection
    ) async throws -> (state: JSON, sequence: Int64)? {
        let rows = try await connection.query(
            """
            SELECT state, state_sequence FROM logs
            WHERE tenant = \(key.tenant) AND execution_id = \(key.execution) AND state IS NOT NULL
            """)
        return try rows.first.map { (try $0.json("state"), try $0.int64("state_sequence")) }
    }

    private static let columns: SQL = """
        tenant, execution_id, last_sequence, last_hash, status, state_sequence, fold_error, started_at, updated_at
        """

    /// Adds rows. That somebody else has added one meanwhile is a failure: events of one execution come from one
    /// partition, whose claim lets one process in at a time. Tried again, it is found.
    static func insert(_ rows: [Row], on connection: PostgresConnection) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            INSERT INTO logs
                (tenant, execution_id, last_sequence, last_hash, status, state, state_sequence, fold_error, started_at,
                updated_at)
            SELECT tenant, execution, sequence, hash, status, state::jsonb, state_sequence, fold_error, started, updated
            FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.log.lastSequence)),
                \(rows.map(\.log.lastHash)), \(rows.map(\.status)), \(rows.map { $0.state?.text() }),
                \(rows.map(\.stateSequence)), \(rows.map(\.foldError)), \(rows.map(\.startedAt)), \(rows.map(\.updatedAt))
            ) AS r(tenant, execution, sequence, hash, status, state, state_sequence, fold_error, started, updated)
            """)
    }

    /// Stores what became of rows that are locked.
    static func update(_ rows: [Row], on connection: PostgresConnection) async throws {
        // A state is large and seldom stored: the others' rows are written without that column.
        update(rows.filter { $0.state == nil }, (set: "", values: "", name: ""), connection)
        let stored = rows.filter { $0.state != nil }
        let state: (SQL, SQL, SQL) = (
            ", state = r.state::jsonb", ", \(stored.map { $0.state?.text() })", ", state"
        )
        update(stored, state, connection)
    }

    private static func update(
        _ rows: [Row], _ more: (set: SQL, values: SQL, name: SQL), _ connection: PostgresConnection
    ) {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            UPDATE logs SET last_sequence = r.sequence, last_hash = r.hash, status = r.status,
                state_sequence = r.state_sequence, fold_error = r.fold_error, updated_at = r.updated\(more.set)
            FROM unnest(
                \(rows.map(\.key.tenant)), \(rows.map(\.key.execution)), \(rows.map(\.log.lastSequence)),
                \(rows.map(\.log.lastHash)), \(rows.map(\.status)), \(rows.map(\.stateSequence)),
                \(rows.map(\.foldError)), \(rows.map(\.updatedAt))\(more.values)
            ) AS r(tenant, execution, sequence, hash, status, state_sequence, fold_error, updated\(more.name))
            WHERE logs.tenant = r.tenant AND logs.execution_id = r.execution
            """)
    }

    private static func row(_ row: PostgresRow) throws(PostgresError) -> Row {
        Row(
            key: ExecutionKey(tenant: try row.string("tenant"), execution: try row.string("execution_id")),
            log: HistoryLog(lastSequence: try row.int64("last_sequence"), lastHash: try row.bytes("last_hash")),
            status: try row.string("status"), state: nil, stateSequence: try row.int64("state_sequence"),
            foldError: try row.optionalString("fold_error"), startedAt: try row.instant("started_at"),
            updatedAt: try row.instant("updated_at"))
    }
}

/// What names an execution.
struct ExecutionKey: Sendable, Hashable {
    var tenant: String
    var execution: String
}
