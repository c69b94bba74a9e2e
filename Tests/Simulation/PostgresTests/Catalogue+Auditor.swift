import Core
import Postgres

@testable import ServiceKit

extension Catalogue {
    /// Every statement of the auditor's rounds.
    static func auditor(_ pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            _ = try await AuditRound.claim(on: connection)
            try await AuditRound(cursor: "a", beganAt: moment(1), dueAt: moment(2)).save(on: connection)
        }
    }
}
