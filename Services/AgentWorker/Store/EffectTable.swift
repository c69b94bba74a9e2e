import AgentWorkerDomain
import Core
import Postgres

/// The table `effects`.
enum EffectTable {
    private static let columns: SQL = """
        number, class, progress, dispatches, undone, undo_at IS NOT NULL AS undoing, answered, status, headers, body
        """

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

    /// An answer to a sending of an effect.
    struct Answer: Sendable {
        var key: Key
        var content: EffectAnswer
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
        guard try await TaskTable.leased(opening, on: connection) != nil else { return Ticket(step: .superseded) }
        let known = try await connection.query(
            """
            SELECT \(columns) FROM effects
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
                dispatches = effects.dispatches + 1, dispatched_at = now(), undo_at = NULL
            RETURNING dispatches
            """)
        return Ticket(step: step, dispatch: try rows.first?.int("dispatches") ?? 1)
    }

    private static func key(_ row: PostgresRow) throws -> Key {
        Key(taskID: try row.string("task_id"), number: try row.int("number"))
    }

    /// Takes a dispatch back, when it is known that nothing came of it, or that it was undone. Changes nothing when there
    /// was a later one, or an outcome.
    static func undo(_ key: Key, dispatch: Int, isUndone: Bool = false, on source: some Executing) async throws {
        try await source.execute(
            """
            UPDATE effects SET progress = 'intended', undo_at = NULL,
                undone = CASE WHEN \(isUndone) THEN dispatches ELSE undone END
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
                AND dispatches = \(dispatch)
            """)
    }

    /// Notes that the other system is about to be asked to undo a sending: from now on its answer does not count. False
    /// when it has come.
    static func beginUndoing(_ key: Key, dispatch: Int, on connection: PostgresConnection) async throws -> Bool {
        let count = try await connection.execute(
            """
            UPDATE effects SET undo_at = coalesce(undo_at, now())
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
                AND dispatches = \(dispatch)
            """)
        return count == 1
    }

    /// Writes what was found out about a sending in another way than by its answer. False when it is not in question.
    static func settle(
        _ key: Key, dispatch: Int, _ outcome: EffectOutcome, on connection: PostgresConnection
    ) async throws -> Bool {
        let count = try await connection.execute(
            """
            UPDATE effects SET progress = 'completed', completed_at = now(), undo_at = NULL,
                status = \(outcome.status), headers = \(json(outcome.headers)), body = \(outcome.body)
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
                AND dispatches = \(dispatch)
            """)
        return count == 1
    }

    /// Writes answers as outcomes where they count, as `Effect.receive` says; gives the places of those. Of two to one
    /// effect one counts.
    static func complete(_ answers: [Answer], on connection: PostgresConnection) async throws -> Set<Int> {
        if answers.isEmpty { return [] }
        let outcomes = answers.map(\.content.outcome)
        let rows = try await connection.query(
            """
            UPDATE effects SET progress = 'completed', completed_at = now(), undo_at = NULL, answered = new.dispatch,
                status = new.status, headers = new.headers, body = new.body
            FROM unnest(
                \(answers.map(\.key.taskID)), \(answers.map(\.key.number)), \(answers.map(\.content.dispatch)),
                \(answers.map(\.content.isOfAnySending)), \(outcomes.map(\.status)),
                \(outcomes.map { json($0.headers) }), \(outcomes.map(\.body)))
                WITH ORDINALITY AS new (task_id, number, dispatch, of_any, status, headers, body, place)
            WHERE effects.task_id = new.task_id AND effects.number = new.number AND effects.progress <> 'completed'
                AND (effects.progress = 'dispatched' AND effects.dispatches = new.dispatch AND effects.undo_at IS NULL
                    OR new.of_any AND effects.class IN ('pure', 'idempotent'))
            RETURNING new.place
            """)
        return try Set(rows.map { try $0.int("place") - 1 })
    }

    static func json(_ headers: [EffectOutcome.Header]) -> JSON {
        .array(headers.map { [.string($0.name), .string($0.value)] })
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

    static func load(_ key: Key, locks: Bool = false, on source: some Executing) async throws -> Effect? {
        let statement: SQL = """
            SELECT \(columns) FROM effects WHERE task_id = \(key.taskID) AND number = \(key.number)
            """
        return try await source.query(locks ? statement + " FOR UPDATE" : statement).first.map(effect)
    }

    private static func effect(_ row: PostgresRow) throws -> Effect {
        var effect = Effect(try row.int("number"), try effectClass(row), try progress(row))
        (effect.dispatches, effect.undone) = (try row.int("dispatches"), try row.int("undone"))
        (effect.isBeingUndone, effect.answered) = (try row.bool("undoing"), try row.optionalInt("answered"))
        return effect
    }

    private static func progress(_ row: PostgresRow) throws -> Effect.Progress {
        switch try row.string("progress") {
        case "intended": return .intended
        case "completed": return .completed(try outcome(row))
        default: return .dispatched
        }
    }

    static func effectClass(_ row: PostgresRow) throws -> EffectClass {
        EffectClass(rawValue: try row.string("class")) ?? .irreversible
    }

    static func outcome(_ row: PostgresRow) throws -> EffectOutcome {
        let headers = try row.json("headers").array ?? []
        return EffectOutcome(
            status: try row.int("status"), headers: headers.map { .init($0[0]?.string ?? "", $0[1]?.string ?? "") },
            body: try row.bytes("body"))
    }
}
