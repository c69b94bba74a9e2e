import Core
import Postgres

/// How far a round of the auditor is: the one row of the table `audit_rounds`. Whoever holds it works, so any number of
/// processes share the work and none is needed.
struct AuditRound: Sendable, Hashable {
    /// The last that was looked at; empty before the first.
    var cursor: String
    /// When the round began.
    var beganAt: Instant
    /// When there is something to do.
    var dueAt: Instant

    /// Locks the row; nil when another process has it.
    static func claim(on connection: PostgresConnection) async throws -> AuditRound? {
        try await connection.query("SELECT cursor, began_at, due_at FROM audit_rounds FOR UPDATE SKIP LOCKED").first
            .map { row in
                AuditRound(
                    cursor: try row.string("cursor"), beganAt: try row.instant("began_at"),
                    dueAt: try row.instant("due_at"))
            }
    }

    /// Goes on to `next`, or ends the round.
    mutating func advance(to next: String?, at now: Instant, _ plan: AuditPlan) {
        if cursor.isEmpty { beganAt = now }
        cursor = next ?? ""
        dueAt = next == nil ? max(now, beganAt + plan.interval) : now
    }

    func save(on connection: PostgresConnection) async throws {
        try await connection.execute(
            "UPDATE audit_rounds SET cursor = \(cursor), began_at = \(beganAt), due_at = \(dueAt)")
    }
}
