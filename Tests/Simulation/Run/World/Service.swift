import AgentWorker
import Approvals
import Configuration
import Lifecycle
import Orchestrator
import PolicyGuard
import Postgres
import ServiceKit

/// The services that are simulated: the real ones.
enum Service: String, CaseIterable {
    case orchestrator
    case worker = "agent-worker"
    case approvals
    case policy

    var migrations: [Migration] {
        switch self {
        case .orchestrator: OrchestratorService.migrations
        case .worker: AgentWorkerService.migrations
        case .approvals: ApprovalsService.migrations
        case .policy: PolicyService.migrations
        }
    }

    /// Its settings.
    private static let environment = [
        "CADENZA_LLM_BASE_URL": "http://model.test/v1",
        "CADENZA_LLM_TIMEOUT": "20s",
        "CADENZA_EFFECT_RULES": "[{\"path\": \"/send\", \"class\": \"irreversible\", \"reference\": \"X-Reference\"}]",
        "CADENZA_ORCHESTRATOR_STARTS": "1",
        "CADENZA_ORCHESTRATOR_LIFECYCLE_EVENTS": "false",
        "CADENZA_WORKER_CONCURRENCY": "4",
        "CADENZA_ORCHESTRATOR_TIMER_POLL": "5s",
        "CADENZA_ORCHESTRATOR_TIMER_BATCH": "1",
        "CADENZA_APPROVALS_TIMER_POLL": "5s",
    ]

    func members(_ context: ServiceContext) throws -> [ServiceGroup.Member] {
        var reader = ConfigurationReader(environment: Self.environment)
        switch self {
        case .orchestrator: return OrchestratorService.members(context, OrchestratorConfiguration(&reader))
        case .worker: return try AgentWorkerService.members(context, AgentWorkerConfiguration(&reader))
        case .approvals: return ApprovalsService.members(context, ApprovalsConfiguration(&reader))
        case .policy: return PolicyService.members(context, PolicyConfiguration(&reader))
        }
    }
}
