import Postgres

/// A table of the benchmark's own, in a schema that is dropped afterwards.
struct CommitTable: Sendable {
    private let pool: PostgresPool
    private let schema: String

    /// `tag` makes the schema's name; letters and digits only.
    init(tag: String, on url: String, connections: Int) {
        precondition(tag.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }, "a tag is letters and digits")
        schema = "bench_\(tag)"
        pool = PostgresPool(
            PostgresConfiguration(
                url: url, maximum: connections, searchPath: [schema], applicationName: "cadenza-bench"))
    }

    func create() async throws {
        try await pool.execute(SQL(unsafe: "CREATE SCHEMA \(schema)"))
        try await pool.execute("CREATE TABLE commits (id bigserial PRIMARY KEY, body bytea NOT NULL)")
    }

    /// Drops the schema and closes the connections.
    func remove() async throws {
        let dropped = SQL(unsafe: "DROP SCHEMA IF EXISTS \(schema) CASCADE")
        do { try await pool.execute(dropped) } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    /// What the server has done so far.
    func counters() async throws -> ServerCounters { try await ServerCounters.read(on: pool) }

    /// One row, one commit.
    func insert(_ body: [UInt8]) async throws {
        try await pool.execute("INSERT INTO commits (body) VALUES (\(body))")
    }

    /// Many rows, one statement, one commit.
    func insert(_ bodies: [[UInt8]]) async throws {
        try await pool.execute("INSERT INTO commits (body) SELECT unnest(\(bodies))")
    }
}
