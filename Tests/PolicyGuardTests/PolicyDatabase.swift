import Postgres
import TestKit

@testable import PolicyGuard

/// A database with this service's tables.
func withPolicyDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    try await withTestDatabase { pool in
        try await Migrator(schema: pool.configuration.searchPath[0], migrations: PolicyMigrations.all).run(on: pool)
        try await body(pool)
    }
}
