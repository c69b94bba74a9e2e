import Postgres

/// Where a statement runs: on the pool, or inside a transaction.
protocol Executing: Sendable {
    func query(_ sql: SQL) async throws -> [PostgresRow]
    @discardableResult func execute(_ sql: SQL) async throws -> Int
}

extension PostgresPool: Executing {}
extension PostgresConnection: Executing {}
