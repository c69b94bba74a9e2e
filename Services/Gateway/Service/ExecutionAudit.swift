import Core
import GatewayDomain
import Messaging
import ServiceKit

/// Asks the orchestrator about what the read model shows as open, page by page.
struct ExecutionAudit: Sendable {
    let plan: AuditPlan

    /// See `Auditor.Look`.
    func look(after cursor: String, _ transaction: MessageTransaction) async throws -> String? {
        let open = try await ExecutionStore.open(
            after: cursor, unchangedSince: transaction.now - plan.patience, limit: plan.page,
            on: transaction.connection)
        for (tenant, executions) in Dictionary(grouping: open, by: \.tenant).sorted(by: { $0.key < $1.key }) {
            Announcer(transaction: transaction, origin: .gateway(tenant: tenant))
                .inquire(executions.map { ($0.id, $0.sequence) }, inOrder: false)
        }
        return open.count < plan.page ? nil : open.last?.id
    }
}
