import Postgres
import TestKit

@testable import Approvals

/// A database with this service's tables.
func withApprovalsDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    try await withTestDatabase { pool in
        try await Migrator(schema: pool.configuration.searchPath[0], migrations: ApprovalsMigrations.all).run(on: pool)
        try await body(pool)
    }
}
