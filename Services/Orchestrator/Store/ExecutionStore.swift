import Core
import Engine
import Postgres
import Workflow

/// The table of open executions.
struct ExecutionStore {
    let connection: PostgresConnection

    /// What a row holds; nil state: this version cannot read it.
    struct Found {
        var id: String
        var row: ExecutionRow?
    }

    /// Locks and reads the rows of `ids`. Always in the order of the ids, so that no two transactions wait for each
    /// other in a circle. With `skippingLocked`, those that another transaction holds are left out, not waited for.
    func lock(_ ids: [String], skippingLocked: Bool = false) async throws -> [Found] {
        guard !ids.isEmpty else { return [] }
        return try await found(ask(ids, skippingLocked: skippingLocked))
    }

    /// Locks and reads as `lock` does, with the next statement.
    func ask(_ ids: [String], skippingLocked: Bool = false) -> PostgresAnswer {
        let mode = skippingLocked ? " SKIP LOCKED" : ""
        return connection.ask(
            """
            SELECT id, state, traceparent FROM executions WHERE id = ANY(\(ids)) ORDER BY id
            FOR UPDATE\(unsafe: mode)
            """)
    }

    /// What `ask` has found.
    func found(_ answer: PostgresAnswer) async throws -> [Found] {
        try await connection.rows(of: answer).map(Self.found)
    }

    /// Reads the rows of `ids` without locking them.
    func read(_ ids: [String]) async throws -> [Found] {
        guard !ids.isEmpty else { return [] }
        return try await connection.query("SELECT id, state, traceparent FROM executions WHERE id = ANY(\(ids))")
            .map(Self.found)
    }

    private static func found(_ row: PostgresRow) throws -> Found {
        let state = try? ExecutionState(json: JSON(parsing: row.bytes("state")))
        let traceparent = try row.optionalString("traceparent")
        return Found(id: try row.string("id"), row: state.map { ExecutionRow(state: $0, traceparent: traceparent) })
    }

    /// The next executions of a version, by id; their states when they are asked for. Nothing is locked.
    func page(
        of key: DefinitionStore.Key, after id: String, limit: Int, withStates: Bool
    ) async throws -> [Found] {
        let reference = key.reference
        let state: SQL = withStates ? "state" : "''::bytea AS state"
        return try await connection.query(
            """
            SELECT id, \(state) FROM executions
            WHERE id > \(id) AND tenant = \(key.tenant) AND namespace = \(reference.namespace)
                AND name = \(reference.name) AND version = \(reference.version)
            ORDER BY id LIMIT \(limit)
            """
        ).map { row in
            let state = try? ExecutionState(json: JSON(parsing: row.bytes("state")))
            return Found(id: try row.string("id"), row: state.map { ExecutionRow(state: $0, traceparent: nil) })
        }
    }

    /// Adds new executions; how many were new.
    func insert(_ rows: [ExecutionRow]) async throws -> Int {
        guard !rows.isEmpty else { return 0 }
        let references = rows.map(\.state.definition)
        return try await connection.execute(
            """
            INSERT INTO executions
                (id, tenant, namespace, name, version, status, sequence, state, traceparent, updated_at)
            SELECT * FROM unnest(
                \(rows.map(\.state.executionID)), \(rows.map(\.state.tenant)), \(references.map(\.namespace)),
                \(references.map(\.name)), \(references.map(\.version)), \(rows.map(\.state.status.rawValue)),
                \(rows.map(\.state.sequence)), \(rows.map { $0.state.json.bytes() }), \(rows.map(\.traceparent)),
                \(rows.map(\.state.updatedAt)))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Stores the states of executions that are locked.
    func update(_ rows: [ExecutionRow]) async throws {
        guard !rows.isEmpty else { return }
        connection.perform(
            """
            UPDATE executions SET status = n.status, sequence = n.sequence, state = n.state, updated_at = n.updated_at,
                version = n.version
            FROM unnest(
                \(rows.map(\.state.executionID)), \(rows.map(\.state.status.rawValue)), \(rows.map(\.state.sequence)),
                \(rows.map { $0.state.json.bytes() }), \(rows.map(\.state.updatedAt)),
                \(rows.map(\.state.definition.version))
            ) AS n (id, status, sequence, state, updated_at, version)
            WHERE executions.id = n.id
            """)
    }

    /// Removes executions that have ended, with their timers and outstanding tasks.
    func delete(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        connection.perform("DELETE FROM executions WHERE id = ANY(\(ids))")
        connection.perform("DELETE FROM timers WHERE execution_id = ANY(\(ids))")
        connection.perform("DELETE FROM tasks WHERE execution_id = ANY(\(ids))")
    }
}
