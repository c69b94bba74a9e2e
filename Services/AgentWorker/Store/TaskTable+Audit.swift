import Core
import Postgres

/// What the auditor needs of the table `tasks`.
extension TaskTable {
    /// Loads tasks without locking them.
    static func read(_ ids: [String], on connection: PostgresConnection) async throws -> [String: StoredTask] {
        let rows = try await connection.query("SELECT \(columns) FROM tasks WHERE task_id = ANY (\(ids))")
        return try Dictionary(uniqueKeysWithValues: rows.map(StoredTask.init).map { ($0.id, $0) })
    }

    /// Makes a finished task due once more. The caller holds its lock.
    static func reopen(_ id: String, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE tasks SET status = 'waiting', due_at = now(), finished_at = NULL
            WHERE task_id = \(id) AND status = 'finished'
            """)
    }

    /// Ends leases that nobody can have taken: they last for more than twice the time. How many.
    static func endLongLeases(_ lease: Duration, on pool: PostgresPool) async throws -> Int {
        try await pool.execute(
            """
            UPDATE tasks SET due_at = now()
            WHERE status = 'leased' AND due_at > now() + \(lease.wholeMicroseconds * 2) * interval '1 microsecond'
            """)
    }

    /// Lets tasks go on that are held though there is no incident that a person could decide: it is raised anew if its
    /// effect still is in question. How many.
    static func resumeForgotten(on pool: PostgresPool) async throws -> Int {
        try await pool.execute(
            """
            UPDATE tasks SET status = 'waiting', due_at = now()
            WHERE status = 'held' AND NOT EXISTS (
                SELECT FROM incidents WHERE incidents.task_id = tasks.task_id AND incidents.status = 'open')
            """)
    }
}
