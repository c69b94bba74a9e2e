import AgentWorkerDomain
import Core
import Postgres

/// The table `effects`.
enum EffectTable {
    /// Which effect.
    struct Key: Sendable, Hashable {
        var taskID: String
        /// The attempt, or the turn of an agent.
        var number: Int
    }

    /// An effect that is to be sent under a lease.
    struct Opening: Sendable {
        var key: Key
        var attempt: Int
        var owner: String
        var kind: String
        var effectClass: EffectClass
        var idempotencyKey: String
        /// What is called, for people.
        var target = ""
        /// Whether sending it costs, even when nothing happens twice.
        var isCostly = false
    }

    /// What is to be done about an effect.
    struct Ticket: Sendable, Hashable {
        var step: Effect.Step
        /// Which sending this is, from 1 on; 0 when nothing is to be sent.
        var dispatch = 0
    }

    /// Writes intent and dispatch, in one, of effects that the journal does not have, and the dispatch of those that
    /// may be sent (again); says of each what is to be done now.
    static func open(_ openings: [Opening], on connection: PostgresConnection) async throws -> [Key: Ticket] {
        if openings.isEmpty { return [:] }
        var tickets: [Key: Ticket] = [:]
        let fresh = try await connection.query(
            """
            INSERT INTO effects (
                task_id, number, kind, class, idempotency_key, target, progress, dispatches, dispatched_at)
            SELECT new.task_id, number, kind, class, key, target, 'dispatched', 1, now() FROM unnest(
                \(openings.map(\.key.taskID)), \(openings.map(\.key.number)), \(openings.map(\.kind)),
                \(openings.map(\.effectClass.rawValue)), \(openings.map(\.idempotencyKey)), \(openings.map(\.target)),
                \(openings.map(\.attempt)), \(openings.map(\.owner)))
                AS new (task_id, number, kind, class, key, target, attempt, owner)
            JOIN tasks ON tasks.task_id = new.task_id AND tasks.attempt = new.attempt
                AND tasks.status = 'leased' AND tasks.lease_owner = new.owner
            WHERE class IN ('pure', 'idempotent') OR NOT EXISTS (
                SELECT FROM effects AS earlier WHERE earlier.task_id = new.task_id AND earlier.number < new.number)
            ON CONFLICT DO NOTHING
            RETURNING task_id, number
            """)
        for row in fresh { tickets[try key(row)] = Ticket(step: .dispatch, dispatch: 1) }
        for opening in openings where tickets[opening.key] == nil {
            tickets[opening.key] = try await reopen(opening, on: connection)
        }
        return tickets
    }

    /// The rare way: someone else's lease, or an effect that was met before.
    private static func reopen(_ opening: Opening, on connection: PostgresConnection) async throws -> Ticket {
        let key = opening.key
        guard try await TaskTable.isLeased(opening, on: connection) else { return Ticket(step: .superseded) }
        let known = try await connection.query(
            """
            SELECT number, class, progress, status, headers, body FROM effects
            WHERE task_id = \(key.taskID) AND number <= \(key.number) ORDER BY number FOR UPDATE
            """
        ).map(effect)
        let step = Effect.step(key.number, opening.effectClass, known: known)
        guard step == .dispatch || step == .repeatDispatch else { return Ticket(step: step) }
        let rows = try await connection.query(
            """
            INSERT INTO effects (
                task_id, number, kind, class, idempotency_key, target, progress, dispatches, dispatched_at)
            VALUES (\(key.taskID), \(key.number), \(opening.kind), \(opening.effectClass.rawValue),
                \(opening.idempotencyKey), \(opening.target), 'dispatched', 1, now())
            ON CONFLICT (task_id, number) DO UPDATE SET progress = 'dispatched', class = excluded.class,
                idempotency_key = excluded.idempotency_key, target = excluded.target,
                dispatches = effects.dispatches + 1, dispatched_at = now()
            RETURNING dispatches
            """)
        return Ticket(step: step, dispatch: try rows.first?.int("dispatches") ?? 1)
    }

    private static func key(_ row: PostgresRow) throws -> Key {
        Key(taskID: try row.string("task_id"), number: try row.int("number"))
    }

    /// Takes a dispatch back, when it is known that nothing came of it. Changes nothing when there was a later one.
    static func undo(_ key: Key, dispatch: Int, on source: some Executing) async throws {
        try await source.execute(
            """
            UPDATE effects SET progress = 'intended'
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
                AND dispatches = \(dispatch)
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

    /// Gives the effect of an attempt the outcome that an earlier one turned out to have, so that it is never sent.
    static func carryOver(_ key: Key, to attempt: Int, on connection: PostgresConnection) async throws {
        guard attempt > key.number else { return }
        connection.perform(
            """
            INSERT INTO effects (task_id, number, kind, class, idempotency_key, target, progress, completed_at, status,
                headers, body)
            SELECT task_id, \(attempt), kind, class, idempotency_key, target, progress, completed_at, status, headers,
                body
            FROM effects WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'completed'
            ON CONFLICT DO NOTHING
            """)
    }

    static func load(_ key: Key, on pool: PostgresPool) async throws -> Effect? {
        let rows = try await pool.query(
            """
            SELECT number, class, progress, status, headers, body FROM effects
            WHERE task_id = \(key.taskID) AND number = \(key.number)
            """)
        return try rows.first.map(effect)
    }

    private static func effect(_ row: PostgresRow) throws -> Effect {
        let effectClass = EffectClass(rawValue: try row.string("class")) ?? .irreversible
        let number = try row.int("number")
        switch try row.string("progress") {
        case "intended": return Effect(number, effectClass, .intended)
        case "completed":
            let headers = try row.json("headers").array ?? []
            let outcome = EffectOutcome(
                status: try row.int("status"),
                headers: headers.map { .init($0[0]?.string ?? "", $0[1]?.string ?? "") }, body: try row.bytes("body"))
            return Effect(number, effectClass, .completed(outcome))
        default: return Effect(number, effectClass, .dispatched)
        }
    }
}
