import Core
import Testing

@testable import Postgres

@Suite("SQL: values become binds")
struct SQLTests {
    @Test("A value is a placeholder, never text")
    func interpolation() {
        let name = "x'; DROP TABLE t; --"
        let sql: SQL = "SELECT \(name), \(7) FROM t WHERE id = ANY(\([1, 2]))"
        #expect(sql.text == "SELECT $1, $2 FROM t WHERE id = ANY($3)")
        #expect(sql.binds.map(\.type) == [25, 20, 1016])
        #expect(sql.binds[0].bytes == Array(name.utf8))
    }

    @Test("A statement inside a statement renumbers its placeholders")
    func nesting() {
        let condition: SQL = "a = \(1) AND b = \("two")"
        let sql: SQL = "SELECT \(true) WHERE \(condition) OR c = \(3)"
        #expect(sql.text == "SELECT $1 WHERE a = $2 AND b = $3 OR c = $4")
        #expect(sql.binds.count == 4)
    }

    @Test("A name is quoted, quotes in it doubled")
    func identifiers() {
        let sql: SQL = "SELECT \(identifier: "a\"b")"
        #expect(sql.text == "SELECT \"a\"\"b\"")
    }

    @Test("What an operator reads shows no data")
    func errorsHideData() {
        let error = PostgresError(
            .uniqueViolation, "Key (id)=(secret) exists", sqlState: "23505", constraint: "people_pkey",
            statement: "INSERT")
        #expect(!"\(error)".contains("secret"))
        #expect("\(error)" == "PG0006 postgres uniqueViolation (23505) on people_pkey")
        #expect(error.debugDescription.contains("secret"))
    }

    @Test(
        "What a retry may mend is told from what it does not",
        arguments: [
            ("40001", true), ("40P01", true), ("57P01", true), ("08006", true), ("53300", true), ("25006", true),
            ("23505", false), ("42601", false), ("22P02", false), ("25P02", false),
        ])
    func retriable(state: String, expected: Bool) {
        let code = PostgresError.Code(sqlState: state, function: nil)
        #expect(PostgresError(code, "").isRetriable == expected)
    }
}
