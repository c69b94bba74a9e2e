import ApprovalsDomain
import Core
import Messaging
import ServiceKit
import Telemetry

/// Proves that each open round will be reminded of and will expire: a timer that is gone, or set for another time than
/// the round knows, is set again.
struct TimerAudit: Sendable {
    let plan: AuditPlan
    private let repaired: Counter
    private let logger: Logger

    /// An audit by this plan.
    init(plan: AuditPlan, telemetry: Telemetry) {
        (self.plan, logger) = (plan, telemetry.logger)
        repaired = telemetry.metrics.counter(
            .lossesRepaired, "What executions lacked and the auditor brought back.", labels: ["cause": "timer"])
    }

    /// See `Auditor.Look`.
    func look(after cursor: String, _ transaction: MessageTransaction) async throws -> String? {
        let connection = transaction.connection
        let page = try await TimerTable.page(after: Self.key(cursor), limit: plan.page, on: connection)
        let amiss = page.filter { $0.set != $0.due }.map(\.key)
        if !amiss.isEmpty {
            // Under their locks: they may have been reminded of or closed meanwhile.
            let found = try await ApprovalTable.lock(amiss, on: connection)
            let timers = found.map { (key: $0, due: $1.approval.nextTimer) }.sorted { $0.key < $1.key }
            try await TimerTable.set(timers, on: connection)
            transaction.afterCommit { [repaired, logger] in
                repaired.increment(by: timers.count)
                logger.warning(
                    "the auditor brought back what executions lacked",
                    [.reason: "timer", .count: .integer(Int64(timers.count))])
            }
        }
        return page.count < plan.page ? nil : page.last.map { "\($0.key.tenant)\n\($0.key.id)" }
    }

    private static func key(_ cursor: String) -> ApprovalKey {
        let parts = cursor.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return ApprovalKey(tenant: String(parts[0]), id: parts.count > 1 ? String(parts[1]) : "")
    }
}
