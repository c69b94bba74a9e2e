import Messaging
import Postgres
import TestKit

@testable import PolicyGuard

/// A database with the tables of messaging and of this service.
func withPolicyDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    try await withTestDatabase { pool in
        let schema = pool.configuration.searchPath[0]
        try await Migrator(schema: schema, set: "messaging", migrations: MessagingMigrations.all).run(on: pool)
        try await Migrator(schema: schema, migrations: PolicyMigrations.all).run(on: pool)
        try await body(pool)
    }
}
