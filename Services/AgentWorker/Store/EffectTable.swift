import AgentWorkerDomain
import Core
import Postgres

/// The table `effects`.
enum EffectTable {
    /// Which effect.
    struct Key: Sendable, Hashable {
        var taskID: String
        var number: Int
    }

    /// An effect that is to be sent.
    struct Opening: Sendable {
        var key: Key
        var kind: String
        var effectClass: EffectClass
        var idempotencyKey: String
    }

    /// Writes intent and dispatch of effects that the journal does not have, and the dispatch of those that may be sent
    /// (again); says of each what is to be done now.
    static func open(_ openings: [Opening], on connection: PostgresConnection) async throws -> [Key: Effect.Step] {
        if openings.isEmpty { return [:] }
        var steps: [Key: Effect.Step] = [:]
        let fresh = try await connection.query(
            """
            INSERT INTO effects (
                task_id, number, kind, class, idempotency_key, progress, dispatches, dispatched_at)
            SELECT new.*, 'dispatched', 1, now() FROM unnest(
                \(openings.map(\.key.taskID)), \(openings.map(\.key.number)), \(openings.map(\.kind)),
                \(openings.map(\.effectClass.rawValue)), \(openings.map(\.idempotencyKey))) AS new
            ON CONFLICT DO NOTHING
            RETURNING task_id, number
            """)
        for row in fresh { steps[try key(row)] = .dispatch }
        let known = openings.map(\.key).filter { steps[$0] == nil }
        if known.isEmpty { return steps }
        var again: [Key] = []
        for row in try await connection.query(
            """
            SELECT task_id, number, class, progress, status, headers, body FROM effects
            WHERE (task_id, number) IN (SELECT * FROM unnest(\(known.map(\.taskID)), \(known.map(\.number))))
            ORDER BY task_id, number FOR UPDATE
            """)
        {
            let (key, step) = (try key(row), try effect(row).step)
            steps[key] = step
            if step == .dispatch || step == .repeatDispatch { again.append(key) }
        }
        try await dispatch(again, on: connection)
        return steps
    }

    private static func dispatch(_ keys: [Key], on connection: PostgresConnection) async throws {
        if keys.isEmpty { return }
        try await connection.execute(
            """
            UPDATE effects SET progress = 'dispatched', dispatches = dispatches + 1, dispatched_at = now()
            WHERE (task_id, number) IN (SELECT * FROM unnest(\(keys.map(\.taskID)), \(keys.map(\.number))))
                AND progress <> 'completed'
            """)
    }

    private static func key(_ row: PostgresRow) throws -> Key {
        Key(taskID: try row.string("task_id"), number: try row.int("number"))
    }

    /// Takes the dispatch back, when it is known that nothing was sent.
    static func undo(_ key: Key, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE effects SET progress = 'intended'
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
            """)
    }

    /// Writes outcomes; gives those that are the first of their effect. Others count for nothing.
    static func complete(
        _ outcomes: [(key: Key, outcome: EffectOutcome)], on connection: PostgresConnection
    ) async throws -> Set<Key> {
        if outcomes.isEmpty { return [] }
        let headers = outcomes.map { JSON.array($0.outcome.headers.map { [.string($0.name), .string($0.value)] }) }
        let rows = try await connection.query(
            """
            UPDATE effects SET progress = 'completed', completed_at = now(), status = new.status,
                headers = new.headers, body = new.body
            FROM unnest(
                \(outcomes.map(\.key.taskID)), \(outcomes.map(\.key.number)), \(outcomes.map(\.outcome.status)),
                \(headers), \(outcomes.map(\.outcome.body))) AS new (task_id, number, status, headers, body)
            WHERE effects.task_id = new.task_id AND effects.number = new.number AND effects.progress <> 'completed'
            RETURNING effects.task_id, effects.number
            """)
        return try Set(rows.map(key))
    }

    static func load(_ key: Key, on pool: PostgresPool) async throws -> Effect? {
        let rows = try await pool.query(
            """
            SELECT class, progress, status, headers, body FROM effects
            WHERE task_id = \(key.taskID) AND number = \(key.number)
            """)
        return try rows.first.map(effect)
    }

    private static func effect(_ row: PostgresRow) throws -> Effect {
        let effectClass = EffectClass(rawValue: try row.string("class")) ?? .irreversible
        switch try row.string("progress") {
        case "intended": return Effect(effectClass, .intended)
        case "completed":
            let headers = try row.json("headers").array ?? []
            let outcome = EffectOutcome(
                status: try row.int("status"),
                headers: headers.map { .init($0[0]?.string ?? "", $0[1]?.string ?? "") }, body: try row.bytes("body"))
            return Effect(effectClass, .completed(outcome))
        default: return Effect(effectClass, .dispatched)
        }
    }
}
