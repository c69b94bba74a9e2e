import Core
import Postgres
import Workflow

/// The table of what starts executions by the clock.
struct ScheduleStore {
    let connection: PostgresConnection

    /// A definition's schedule.
    struct Row: Sendable, Hashable {
        var key: DefinitionStore.Key
        var due: Instant
    }

    /// Sets the schedule of a definition. An `after` whose last execution runs still waits for that one.
    func put(_ key: DefinitionStore.Key, due: Instant, delay: Duration?) async throws {
        let (reference, delay) = (key.reference, delay?.wholeMicroseconds)
        connection.perform(
            """
            INSERT INTO schedules (tenant, namespace, name, version, due, delay_us)
            VALUES (\(key.tenant), \(reference.namespace), \(reference.name), \(reference.version), \(due), \(delay))
            ON CONFLICT (tenant, namespace, name) DO UPDATE SET version = excluded.version,
                due = CASE WHEN excluded.delay_us IS NOT NULL AND schedules.running IS NOT NULL THEN NULL
                    ELSE excluded.due END,
                running = CASE WHEN excluded.delay_us IS NULL THEN NULL ELSE schedules.running END,
                delay_us = excluded.delay_us
            """)
    }

    /// Removes the schedule of a definition, if it has one.
    func delete(_ key: DefinitionStore.Key) async throws {
        let reference = key.reference
        connection.perform(
            """
            DELETE FROM schedules
            WHERE tenant = \(key.tenant) AND namespace = \(reference.namespace) AND name = \(reference.name)
            """)
    }

    /// The earliest `limit` schedules that are due at `now` and that nobody else holds, locked.
    func due(at now: Instant, limit: Int) async throws -> [Row] {
        let rows = try await connection.query(
            """
            SELECT tenant, namespace, name, version, due FROM schedules WHERE due <= \(now)
            ORDER BY due, tenant, namespace, name LIMIT \(limit) FOR UPDATE SKIP LOCKED
            """)
        return try rows.map { row in
            let reference = DefinitionReference(
                namespace: try row.string("namespace"), name: try row.string("name"),
                version: try row.string("version"))
            let key = DefinitionStore.Key(tenant: try row.string("tenant"), reference: reference)
            return Row(key: key, due: try row.instant("due"))
        }
    }

    /// When the next schedule is due.
    func next() async throws -> Instant? {
        try await connection.query("SELECT min(due) AS due FROM schedules").first?.optionalInstant("due")
    }

    /// Notes that a schedule has fired: when it does so again, or which execution it waits for.
    func advance(_ key: DefinitionStore.Key, due: Instant?, running: String?) async throws {
        let reference = key.reference
        connection.perform(
            """
            UPDATE schedules SET due = \(due), running = \(running)
            WHERE tenant = \(key.tenant) AND namespace = \(reference.namespace) AND name = \(reference.name)
            """)
    }

    /// Lets those go on that waited for executions which have ended.
    func ended(_ executions: [String], now: Instant) async throws {
        guard !executions.isEmpty else { return }
        connection.perform(
            """
            UPDATE schedules SET due = \(now)::timestamptz + delay_us * interval '1 microsecond', running = NULL
            WHERE running = ANY(\(executions))
            """)
    }
}
