import Postgres

/// Copies what one execution left in the stores of all services, under other ids: as many rows, of the same size, as
/// that many executions would have left. Works on whatever tables there are.
struct RowCopies: Sendable {
    /// What the execution is known by, and what its copies are known by instead; equally long, as they also stand in
    /// messages that tell their lengths.
    struct Identity: Sendable {
        var id: String
        var key: String
        /// Before the copy's number in its id: `xxxxxxxx-xxxx-xxxx-xxxx-`.
        var idPrefix: String

        /// SQL that gives the id and the key of copy `n`.
        var newID: String { "'\(idPrefix)' || lpad(to_hex(n), 12, '0')" }
        var newKey: String { "'\(key.dropLast(9))' || lpad(n::text, 9, '0')" }

        func id(_ number: Int) -> String {
            let digits = String(number, radix: 16)
            return idPrefix + String(repeating: "0", count: 12 - digits.count) + digits
        }
    }

    /// A table with rows of the execution, and how a copy of one is written.
    private struct Plan: Sendable {
        var table: String
        var draft: String
        var columns: [String]
        var values: [String]
        var rows: Int
    }

    private let pool: PostgresPool
    private let identity: Identity
    private let tag: String

    /// `url` is the superuser's, of the product's database.
    init(_ identity: Identity, on url: String, tag: String) {
        precondition(identity.id.count == 36 && identity.idPrefix.count == 24, "ids are UUIDs")
        precondition(
            (identity.id + identity.key + identity.idPrefix).allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
        (self.identity, self.tag) = (identity, tag)
        pool = PostgresPool(
            PostgresConfiguration(url: url, maximum: Self.writers, statementTimeout: .seconds(600)))
    }

    private static let chunk = 2000
    private static let writers = 2

    /// Makes `count` copies, numbered from 1. Gives how many rows each has.
    func make(_ count: Int, tell: Progress) async throws -> Int {
        try await pool.execute(SQL(unsafe: "CREATE SCHEMA bench_\(tag)"))
        let plans = try await tables().asyncCompactMap { try await plan($0) }
        let chunks = stride(from: 1, through: count, by: Self.chunk).map { ($0, min($0 + Self.chunk - 1, count)) }
        let bar = tell.bar("copies of an execution (\(plans.map(\.rows).reduce(0, +)) rows each)", of: count)
        try await withThrowingTaskGroup(of: Int.self) { group in
            var (waiting, done) = (chunks[...], 0)
            for _ in 0..<Self.writers {
                if let next = waiting.popFirst() { group.addTask { try await write(plans, next) } }
            }
            while let wrote = try await group.next() {
                done += wrote
                bar(done)
                if let next = waiting.popFirst() { group.addTask { try await write(plans, next) } }
            }
        }
        try await pool.execute(SQL(unsafe: "DROP SCHEMA bench_\(tag) CASCADE"))
        tell("vacuum and checkpoint")
        for plan in plans { try await pool.execute(SQL(unsafe: "VACUUM (ANALYZE) \(plan.table)")) }
        try await pool.execute("CHECKPOINT")
        await pool.close()
        return plans.map(\.rows).reduce(0, +)
    }

    private func write(_ plans: [Plan], _ range: (Int, Int)) async throws -> Int {
        try await pool.transaction { connection in
            try await connection.execute("SET LOCAL synchronous_commit = off")
            for plan in plans {
                try await connection.execute(
                    SQL(
                        unsafe: """
                            INSERT INTO \(plan.table) (\(plan.columns.joined(separator: ", ")))
                            SELECT \(plan.values.joined(separator: ", "))
                            FROM generate_series(\(range.0), \(range.1)) AS n CROSS JOIN \(plan.draft) AS row
                            """))
            }
        }
        return range.1 - range.0 + 1
    }

    /// All tables of the services; what is on its way, or kept by position, belongs to no execution.
    private func tables() async throws -> [String] {
        try await pool.query(
            """
            SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') AND schemaname NOT LIKE 'bench%'
              AND tablename NOT IN ('inbox', 'outbox', 'dead_letters') ORDER BY 1
            """
        ).map { try $0.string("name") }
    }

    /// Puts the execution's rows of a table aside; nil when it has none there.
    private func plan(_ table: String) async throws -> Plan? {
        let draft = "bench_\(tag).\"\(table.filter { $0 != "\"" })\""
        let hex = identity.id.utf8.map { String($0, radix: 16) }.joined()
        let rows = try await pool.execute(
            SQL(
                unsafe: """
                    CREATE TABLE \(draft) AS SELECT * FROM \(table) AS row
                    WHERE row::text LIKE '%\(identity.id)%' OR row::text LIKE '%\(hex)%'
                    """))
        guard rows > 0 else { return nil }
        let columns = try await pool.query(
            """
            SELECT attname::text AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
            WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped AND attidentity <> 'a'
              AND attgenerated = '' ORDER BY attnum
            """)
        let names = try columns.map { "\"\(try $0.string("name"))\"" }
        let values = try zip(names, columns).map { try value($0, type: $1.string("type")) }
        return Plan(table: table, draft: draft, columns: names, values: values, rows: rows)
    }

    /// A column's value in copy `n`.
    private func value(_ column: String, type: String) -> String {
        let name = "row.\(column)"
        func replaced(_ text: String) -> String {
            "replace(replace(\(text), '\(identity.id)', \(identity.newID)), '\(identity.key)', \(identity.newKey))"
        }
        switch type {
        case "text": return replaced(name)
        case "jsonb", "json", "text[]", "character varying": return "\(replaced("\(name)::text"))::\(type)"
        case "bytea": return "decode(\(hexReplaced(name)), 'hex')"
        default: return name
        }
    }

    private func hexReplaced(_ name: String) -> String {
        func hex(_ text: String) -> String { "'" + text.utf8.map { String($0, radix: 16) }.joined() + "'" }
        func hexed(_ sql: String) -> String { "encode(convert_to(\(sql), 'UTF8'), 'hex')" }
        let withID = "replace(encode(\(name), 'hex'), \(hex(identity.id)), \(hexed(identity.newID)))"
        return "replace(\(withID), \(hex(identity.key)), \(hexed(identity.newKey)))"
    }
}

extension Sequence {
    /// As `compactMap`, one after the other.
    fileprivate func asyncCompactMap<Value>(_ transform: (Element) async throws -> Value?) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { if let value = try await transform(element) { values.append(value) } }
        return values
    }
}
