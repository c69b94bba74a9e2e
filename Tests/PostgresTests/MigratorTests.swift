import Postgres
import TestKit
import Testing

@Suite("Migrator", .timeLimit(.minutes(5)))
struct MigratorTests {
    private let first = Migration(name: "V0001_create_t", sql: "CREATE TABLE t (id bigint); INSERT INTO t VALUES (1);")
    private let second = Migration(name: "V0002_add_name", sql: "ALTER TABLE t ADD COLUMN name text")

    @Test("Each change is applied once, in order")
    func once() async throws {
        try await withTestDatabase { pool in
            let schema = pool.configuration.searchPath[0]
            let result1 = try await Migrator(schema: schema, migrations: [first]).run(on: pool)
            #expect(result1 == ["V0001_create_t"])
            let both = Migrator(schema: schema, migrations: [second, first])
            let result2 = try await both.run(on: pool)
            #expect(result2 == ["V0002_add_name"])
            let result3 = try await both.run(on: pool)
            #expect(result3 == [])
            let rows = try await pool.query("SELECT id, name FROM t")
            #expect(rows.count == 1)
        }
    }

    @Test("An edited change is refused by name")
    func edited() async throws {
        try await withTestDatabase { pool in
            let schema = pool.configuration.searchPath[0]
            try await Migrator(schema: schema, migrations: [first]).run(on: pool)
            let changed = Migration(name: first.name, sql: "CREATE TABLE other (id bigint)")
            let error = await #expect(throws: PostgresError.self) {
                try await Migrator(schema: schema, migrations: [changed]).run(on: pool)
            }
            #expect(error?.code == .migration)
            #expect(error?.description.contains("V0001_create_t") == true)
        }
    }

    @Test("A change that fails leaves none of its run behind")
    func atomic() async throws {
        try await withTestDatabase { pool in
            let schema = pool.configuration.searchPath[0]
            let bad = Migration(name: "V0002_bad", sql: "CREATE TABLE u (id bigint); SELECT 1/0;")
            await #expect(throws: PostgresError.self) {
                try await Migrator(schema: schema, migrations: [first, bad]).run(on: pool)
            }
            let result4 = try await Migrator(schema: schema, migrations: [first]).run(on: pool)
            #expect(result4 == ["V0001_create_t"])
        }
    }

    @Test("A change that sorts before an applied one is refused; another owner's are apart")
    func forwardOnly() async throws {
        try await withTestDatabase { pool in
            let schema = pool.configuration.searchPath[0]
            try await Migrator(schema: schema, migrations: [second.renamed("V0005_x", "SELECT 1")]).run(on: pool)
            await #expect(throws: PostgresError.self) {
                try await Migrator(schema: schema, migrations: [first]).run(on: pool)
            }
            let result5 = try await Migrator(schema: schema, set: "other", migrations: [first]).run(on: pool)
            #expect(result5.count == 1)
        }
    }

    @Test("Replicas that start together do not meet")
    func together() async throws {
        try await withTestDatabase { pool in
            let migrator = Migrator(schema: pool.configuration.searchPath[0], migrations: [first, second])
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await migrator.run(on: pool).count } }
                return try await group.reduce(0, +)
            }
            #expect(applied == 2)
        }
    }
}

extension Migration {
    fileprivate func renamed(_ name: String, _ sql: String) -> Migration { Migration(name: name, sql: sql) }
}
