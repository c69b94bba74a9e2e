import AgentWorker
import Approvals
import Messaging
import Orchestrator
import PolicyGuard
import Postgres
import StateKeeper

@testable import AgentWorker
@testable import Approvals
@testable import PolicyGuard
@testable import StateKeeper

/// The statements of the services, gathered from their own stores.
struct Catalogue: Sendable, CustomStringConvertible {
    var name: String
    var folder: String
    var migrations: [Migration]
    var call: @Sendable (PostgresPool) async throws -> Void

    var description: String { name }

    static let all = [
        Catalogue(name: "messaging", folder: "Shared/Messaging", migrations: [], call: messaging),
        Catalogue(
            name: "orchestrator", folder: "Services/Orchestrator", migrations: OrchestratorMigrations.all,
            call: orchestrator),
        Catalogue(
            name: "auditor", folder: "Shared/ServiceKit", migrations: OrchestratorMigrations.all, call: auditor),
        Catalogue(
            name: "agent worker", folder: "Services/AgentWorker", migrations: AgentWorkerService.migrations,
            call: agentWorker),
        Catalogue(
            name: "approvals", folder: "Services/Approvals", migrations: ApprovalsMigrations.all, call: approvals),
        Catalogue(
            name: "policies", folder: "Services/PolicyGuard", migrations: PolicyMigrations.all, call: policyGuard),
        Catalogue(
            name: "state", folder: "Services/StateKeeper", migrations: StateKeeperService.migrations,
            call: stateKeeper),
    ]

    /// With those of messaging, which every service has.
    var tables: [Migration] { MessagingMigrations.all + migrations }

    /// What the stores run when each of their functions is called.
    func statements() async throws -> [SQL] {
        let recorder = Recorder()
        try await recorder.record(tables, call)
        return recorder.statements
    }
}
