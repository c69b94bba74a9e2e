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

    /// Writes the intent, unless the journal has the effect already; gives what it has.
    static func intend(
        _ key: Key, kind: String, _ effectClass: EffectClass, idempotencyKey: String, on pool: PostgresPool
    ) async throws -> Effect {
        try await pool.execute(
            """
            INSERT INTO effects (task_id, number, kind, class, idempotency_key, progress)
            VALUES (\(key.taskID), \(key.number), \(kind), \(effectClass), \(idempotencyKey), 'intended')
            ON CONFLICT DO NOTHING
            """)
        guard let effect = try await load(key, on: pool) else { return Effect(effectClass, .intended) }
        return effect
    }

    /// Writes that it is about to be sent.
    static func dispatch(_ key: Key, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE effects SET progress = 'dispatched', dispatches = dispatches + 1, dispatched_at = now()
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress <> 'completed'
            """)
    }

    /// Takes the dispatch back, when it is known that nothing was sent.
    static func undo(_ key: Key, on pool: PostgresPool) async throws {
        try await pool.execute(
            """
            UPDATE effects SET progress = 'intended'
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress = 'dispatched'
            """)
    }

    /// Writes the outcome. False when another worker's came first; that one counts.
    static func complete(
        _ key: Key, _ outcome: EffectOutcome, on connection: PostgresConnection
    ) async throws -> Bool {
        let headers = JSON.array(outcome.headers.map { [.string($0.name), .string($0.value)] })
        let count = try await connection.execute(
            """
            UPDATE effects SET progress = 'completed', completed_at = now(), status = \(outcome.status),
                headers = \(headers), body = \(outcome.body)
            WHERE task_id = \(key.taskID) AND number = \(key.number) AND progress <> 'completed'
            """)
        return count == 1
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
