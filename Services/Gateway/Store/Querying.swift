import Postgres

/// Where a query runs: on the pool, or inside a transaction. Work inside a transaction never asks the pool for a second
/// connection: when all were out for such work, each would wait for the others.
protocol Querying: Sendable {
    func query(_ sql: SQL) async throws -> [PostgresRow]
}

extension PostgresPool: Querying {}
extension PostgresConnection: Querying {}
