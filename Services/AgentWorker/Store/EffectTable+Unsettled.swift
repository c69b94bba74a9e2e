import AgentWorkerDomain
import Core
import Postgres

extension EffectTable {
    /// A sending that nobody knows the outcome of.
    struct Unsettled: Sendable {
        var key: Key
        /// Which sending.
        var dispatch: Int
        var dispatchedAt: Instant
        /// How long ago it was, by the database's clock.
        var age: Duration
        var effectClass: EffectClass
        var function: String
        var target: String
        /// Whether the answer has come, too late.
        var isLate = false

        var incidentID: String {
            Incident.id(taskID: key.taskID, number: key.number, dispatch: dispatch, isLate: isLate)
        }
    }

    private static let columns: SQL = """
        e.task_id, e.number, e.dispatches, e.dispatched_at, e.class, e.kind, e.target,
        (extract(epoch FROM clock_timestamp() - e.dispatched_at) * 1000000)::bigint AS age
        """

    /// Those of `keys` whose outcome is still not known, locked if `locks`.
    static func unsettled(_ keys: [Key], locks: Bool = false, on source: some Executing) async throws -> [Unsettled] {
        if keys.isEmpty { return [] }
        let statement: SQL = """
            SELECT \(columns) FROM effects AS e
            WHERE (e.task_id, e.number) IN (SELECT * FROM unnest(\(keys.map(\.taskID)), \(keys.map(\.number))))
                AND e.progress = 'dispatched' ORDER BY e.task_id, e.number
            """
        return try await source.query(locks ? statement + " FOR UPDATE" : statement).map(unsettled)
    }

    /// A sending, to which an answer came too late. When it was is known only of the last.
    static func sending(_ key: Key, _ dispatch: Int, on connection: PostgresConnection) async throws -> Unsettled? {
        let rows = try await connection.query(
            "SELECT \(columns) FROM effects AS e WHERE task_id = \(key.taskID) AND number = \(key.number)")
        guard var sending = try rows.first.map(unsettled) else { return nil }
        (sending.dispatch, sending.isLate) = (dispatch, true)
        return sending
    }

    /// How an effect stands just before it is sent.
    enum Standing { case wanted, answered, lost }

    /// Whether the lease that it was opened under still holds, and nobody has its answer.
    static func standing(of effect: Opening, on pool: PostgresPool) async throws -> Standing {
        let rows = try await pool.query(
            """
            SELECT e.progress = 'completed' AS answered FROM effects AS e JOIN tasks AS t USING (task_id)
            WHERE task_id = \(effect.key.taskID) AND number = \(effect.key.number) AND attempt = \(effect.attempt)
                AND t.status = 'leased' AND lease_owner = \(effect.owner)
            """)
        guard let row = rows.first else { return .lost }
        return try row.bool("answered") ? .answered : .wanted
    }

    /// What must not be repeated, has no outcome for `age`, and belongs to tasks that nobody works on any more; those
    /// without an incident, up to `limit`.
    static func abandoned(
        after age: Duration, limit: Int, on connection: PostgresConnection
    ) async throws -> [Unsettled] {
        try await connection.query(
            """
            SELECT \(columns) FROM effects AS e JOIN tasks AS t ON t.task_id = e.task_id
            WHERE e.progress = 'dispatched' AND e.class IN ('compensable', 'irreversible')
                AND e.dispatched_at < now() - \(age.wholeMicroseconds) * interval '1 microsecond'
                AND t.status IN ('finished', 'cancelled')
                AND NOT EXISTS (
                    SELECT FROM incidents
                    WHERE incident_id = e.task_id || ':' || e.number || ':' || e.dispatches)
            ORDER BY e.dispatched_at LIMIT \(limit) FOR UPDATE OF e SKIP LOCKED
            """
        ).map(unsettled)
    }

    /// Up to `limit` that people are asked about, at random.
    static func inQuestion(limit: Int, on connection: PostgresConnection) async throws -> [Unsettled] {
        try await connection.query(
            """
            SELECT \(columns) FROM effects AS e JOIN incidents AS i USING (task_id, number)
            WHERE i.status = 'open' AND e.progress = 'dispatched' ORDER BY random() LIMIT \(limit)
            """
        ).map(unsettled)
    }

    private static func unsettled(_ row: PostgresRow) throws -> Unsettled {
        Unsettled(
            key: Key(taskID: try row.string("task_id"), number: try row.int("number")),
            dispatch: try row.int("dispatches"), dispatchedAt: try row.instant("dispatched_at"),
            age: .microseconds(try row.int64("age")),
            effectClass: try effectClass(row),
            function: try row.string("kind"), target: try row.string("target"))
    }
}
