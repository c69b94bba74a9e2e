import AgentWorkerDomain
import Core
import Postgres

/// The table `tasks`.
enum TaskTable {
    static let columns: SQL = """
        task_id, execution_id, tenant, attempt, task, function, arguments, deferred, deadline_at, status, due_at,
        lease_owner, leases, message_id, correlation_id, traceparent,
        received_at, finished_at
        """

    /// Loads and locks the tasks of these ids, in the order of the ids, so that two batches cannot deadlock.
    static func lock(_ ids: [String], on connection: PostgresConnection) async throws -> [String: StoredTask] {
        if ids.isEmpty { return [:] }
        let rows = try await connection.query(
            "SELECT \(columns) FROM tasks WHERE task_id = ANY (\(ids)) ORDER BY task_id FOR UPDATE")
        var tasks: [String: StoredTask] = [:]
        for row in rows {
            let task = try StoredTask(row)
            tasks[task.id] = task
        }
        return tasks
    }

    /// Writes attempts that begin, or have ended already: leased for `lease` where they have an owner, else due at once.
    static func begin(
        _ tasks: [StoredTask], at now: Instant, lease: Duration, on connection: PostgresConnection
    ) async throws {
        if tasks.isEmpty { return }
        let owners = tasks.map { $0.owner.isEmpty ? String?.none : $0.owner }
        let statuses = tasks.map { task in
            if case .finished = task.state.stage { "finished" } else { task.owner.isEmpty ? "waiting" : "leased" }
        }
        connection.perform(
            """
            INSERT INTO tasks (
                task_id, execution_id, tenant, attempt, task, function, arguments, deferred, deadline_at, message_id,
                correlation_id, traceparent, lease_owner, leases, status, due_at, finished_at, received_at)
            SELECT new.*, CASE WHEN owner IS NULL THEN now()
                    ELSE now() + \(lease.wholeMicroseconds) * interval '1 microsecond' END,
                CASE WHEN status = 'finished' THEN \(now) END, \(now)
            FROM unnest(
                \(tasks.map(\.id)), \(tasks.map(\.executionID)), \(tasks.map(\.tenant)), \(tasks.map(\.attempt)),
                \(tasks.map(\.task)), \(tasks.map(\.function)), \(tasks.map(\.arguments)), \(tasks.map(\.deferred)),
                \(tasks.map(\.deadline)), \(tasks.map(\.messageID)), \(tasks.map(\.correlationID)),
                \(tasks.map(\.traceparent)), \(owners),
                \(tasks.map(\.leases)), \(statuses)) AS new (a, b, c, d, e, f, g, h, i, j, k, l, owner, m, status)
            ON CONFLICT (task_id) DO UPDATE SET
                attempt = excluded.attempt, task = excluded.task, function = excluded.function,
                arguments = excluded.arguments, deferred = excluded.deferred, deadline_at = excluded.deadline_at,
                status = excluded.status, due_at = excluded.due_at, lease_owner = excluded.lease_owner,
                leases = excluded.leases, message_id = excluded.message_id,
                correlation_id = excluded.correlation_id, traceparent = excluded.traceparent,
                received_at = excluded.received_at, finished_at = excluded.finished_at
            """)
    }

    /// Ends tasks without a result.
    static func cancel(_ ids: [String], at now: Instant, on connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        connection.perform(
            """
            UPDATE tasks SET status = 'cancelled', lease_owner = NULL, finished_at = \(now) WHERE task_id = ANY (\(ids))
            """)
    }

    /// The tenants that have open tasks and when the first of each is due, by skipping through the index: costs the same
    /// however many tasks they have.
    private static let firstOfEach: SQL = """
        WITH RECURSIVE first AS (
            SELECT * FROM (
                SELECT tenant, due_at FROM tasks WHERE status IN ('waiting', 'leased', 'suspended')
                ORDER BY tenant, due_at LIMIT 1) AS least
            UNION ALL
            SELECT next.* FROM first CROSS JOIN LATERAL (
                SELECT tenant, due_at FROM tasks
                WHERE status IN ('waiting', 'leased', 'suspended') AND tasks.tenant > first.tenant
                ORDER BY tenant, due_at LIMIT 1) AS next)
        """

    /// Those that have due tasks.
    static func tenants(on pool: PostgresPool) async throws -> [String] {
        let rows = try await pool.query("\(firstOfEach) SELECT tenant FROM first WHERE due_at <= now()")
        return try rows.map { try $0.string("tenant") }
    }

    /// Gives `owner` the lease of due tasks, of each tenant up to so many and its longest waiting first; those that
    /// another worker is looking at are passed over. They are chosen once: a plan that looked again for each task
    /// would find others each time, since its own locks are passed over too.
    static func claim(
        _ limits: [String: Int], owner: String, lease: Duration, on connection: PostgresConnection
    ) async throws -> [StoredTask] {
        let limits = limits.sorted { $0.key < $1.key }
        let rows = try await connection.query(
            """
            WITH due AS MATERIALIZED (
                SELECT task.id FROM unnest(\(limits.map(\.key)), \(limits.map { Int64($0.value) })) AS asked (tenant, most)
                CROSS JOIN LATERAL (
                    SELECT task_id AS id FROM tasks
                    WHERE tasks.tenant = asked.tenant AND status IN ('waiting', 'leased', 'suspended')
                        AND due_at <= now()
                    ORDER BY due_at LIMIT asked.most FOR UPDATE SKIP LOCKED) AS task)
            UPDATE tasks SET status = 'leased', lease_owner = \(owner), leases = leases + 1,
                due_at = now() + \(lease.wholeMicroseconds) * interval '1 microsecond'
            FROM due WHERE task_id = due.id
            RETURNING \(columns)
            """)
        return try rows.map(StoredTask.init)
    }

    /// Prolongs a lease. False when it is someone else's now, or the task is not wanted any more.
    static func renew(_ task: StoredTask, lease: Duration, on pool: PostgresPool) async throws -> Bool {
        let count = try await pool.execute(
            """
            UPDATE tasks SET due_at = now() + \(lease.wholeMicroseconds) * interval '1 microsecond'
            WHERE task_id = \(task.id) AND attempt = \(task.attempt) AND status = 'leased'
                AND lease_owner = \(task.owner)
            """)
        return count == 1
    }

    /// Gives a lease back, so that the task is due again after `pause`. Changes nothing when it is lost.
    static func release(_ task: StoredTask, after pause: Duration, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE tasks SET status = 'waiting', lease_owner = NULL,
                due_at = now() + \(pause.wholeMicroseconds) * interval '1 microsecond'
            WHERE task_id = \(task.id) AND attempt = \(task.attempt) AND status = 'leased'
                AND lease_owner = \(task.owner)
            """)
    }

    /// Gives back whatever leases a process still holds.
    static func releaseAll(ofOwnersBeginning prefix: String, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE tasks SET status = 'waiting', lease_owner = NULL, due_at = now()
            WHERE status = 'leased' AND starts_with(lease_owner, \(prefix))
            """)
    }

    /// Lets a task wait for an answer for up to `limit`. The caller holds its lock and has checked the lease.
    static func suspend(_ id: String, for limit: Duration, on connection: PostgresConnection) async throws {
        connection.perform(
            """
            UPDATE tasks SET status = 'suspended', lease_owner = NULL,
                due_at = now() + \(limit.wholeMicroseconds) * interval '1 microsecond'
            WHERE task_id = \(id)
            """)
    }

    /// Lets tasks wait for a person. The caller holds their locks and has checked the leases.
    static func hold(_ ids: [String], on connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        connection.perform(
            "UPDATE tasks SET status = 'held', lease_owner = NULL WHERE task_id = ANY (\(ids))")
    }

    /// Makes tasks due that are held or leased by the caller, who holds their locks.
    static func resume(_ ids: [String], on connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        connection.perform(
            """
            UPDATE tasks SET status = 'waiting', lease_owner = NULL, due_at = now()
            WHERE task_id = ANY (\(ids)) AND status IN ('held', 'leased')
            """)
    }

    /// Locks the task of an effect; nil when its lease is not the one any more under which the effect was opened.
    static func leased(_ effect: EffectTable.Opening, on connection: PostgresConnection) async throws -> StoredTask? {
        let task = try await lock([effect.key.taskID], on: connection)[effect.key.taskID]
        return task?.state.accepts(attempt: effect.attempt, owner: effect.owner) == true ? task : nil
    }

    /// A lease of an attempt.
    struct Lease: Hashable {
        var taskID: String
        var attempt: Int
        var owner: String
    }

    /// Locks those of `tasks` that are still under the lease that they have here, and gives these: what
    /// `TaskState.accepts` says of one.
    static func lockLeased(_ tasks: [StoredTask], on connection: PostgresConnection) async throws -> Set<Lease> {
        if tasks.isEmpty { return [] }
        let leases = tasks.map(\.lease)
        let rows = try await connection.query(
            """
            SELECT t.task_id, t.attempt, t.lease_owner FROM tasks AS t JOIN unnest(
                \(leases.map(\.taskID)), \(leases.map(\.attempt)), \(leases.map(\.owner))) AS l(task_id, attempt, owner)
            ON (t.task_id, t.attempt, t.lease_owner) = (l.task_id, l.attempt, l.owner)
            WHERE t.status = 'leased' ORDER BY t.task_id FOR UPDATE OF t
            """)
        return Set(
            try rows.map { row in
                Lease(
                    taskID: try row.string("task_id"), attempt: try row.int("attempt"),
                    owner: try row.string("lease_owner"))
            })
    }

    /// Ends tasks with a result. The caller holds their locks and has checked the leases.
    static func finish(_ ids: [String], at now: Instant, on connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        connection.perform(
            """
            UPDATE tasks SET status = 'finished', lease_owner = NULL, finished_at = \(now) WHERE task_id = ANY (\(ids))
            """)
    }

    /// How many tasks of each tenant wait for a worker, counted up to `limit` for each. Those that ask the index again are
    /// none of them: were they a reason to read nothing more, their answers would never be read.
    static func backlog(upTo limit: Int, on pool: PostgresPool) async throws -> [String: Int] {
        let rows = try await pool.query(
            """
            \(firstOfEach)
            SELECT first.tenant, counted.n FROM first CROSS JOIN LATERAL (
                SELECT count(*) AS n FROM (
                    SELECT task_id FROM tasks
                    WHERE tasks.tenant = first.tenant AND status IN ('waiting', 'leased') AND due_at <= now()
                    LIMIT \(limit)) AS due) AS counted
            WHERE counted.n > 0
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.string("tenant"), try $0.int("n")) })
    }

    /// Forgets tasks that ended before `instant`, with their journal and results; a thousand at a time. Those with an
    /// open incident are kept.
    static func forget(before instant: Instant, on pool: PostgresPool) async throws -> Int {
        try await pool.execute(
            """
            WITH old AS (
                DELETE FROM tasks WHERE task_id IN (
                    SELECT task_id FROM tasks WHERE status IN ('finished', 'cancelled') AND finished_at < \(instant)
                        AND NOT EXISTS (
                            SELECT FROM incidents WHERE incidents.task_id = tasks.task_id AND status = 'open')
                    LIMIT 1000 FOR UPDATE SKIP LOCKED)
                RETURNING task_id
            ), journal AS (DELETE FROM effects WHERE task_id IN (SELECT task_id FROM old)),
            late AS (DELETE FROM late_answers WHERE task_id IN (SELECT task_id FROM old)),
            decided AS (DELETE FROM incidents WHERE task_id IN (SELECT task_id FROM old))
            DELETE FROM results WHERE task_id IN (SELECT task_id FROM old)
            """)
    }
}
