import AgentWorkerDomain
import DocumentText
package import Lifecycle
import Messaging
package import Postgres
package import ServiceKit
import Telemetry

/// The service as a program.
public enum AgentWorkerService {
    /// Runs it until the process is asked to stop.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "agent-worker", summary: "runs tasks: agents, model calls, outside calls, retrieval",
            schema: "agents",
            migrations: migrations, adminPort: 18_182, configure: { AgentWorkerConfiguration(&$0) }
        ) { context, configuration in
            try members(context, configuration)
        }
    }

    /// Its tables.
    package static let migrations = [
        Migration(resource: "V0001_create_tasks", PackageResources.V0001_create_tasks_sql),
        Migration(resource: "V0002_create_effects", PackageResources.V0002_create_effects_sql),
        Migration(resource: "V0003_create_results", PackageResources.V0003_create_results_sql),
        Migration(resource: "V0004_defer_expressions", PackageResources.V0004_defer_expressions_sql),
        Migration(resource: "V0005_hold_tasks", PackageResources.V0005_hold_tasks_sql),
        Migration(resource: "V0006_create_incidents", PackageResources.V0006_create_incidents_sql),
        Migration(resource: "V0007_bind_outcomes", PackageResources.V0007_bind_outcomes_sql),
        Migration(resource: "V0012_take_tasks_by_tenant", PackageResources.V0012_take_tasks_by_tenant_sql),
        Migration(resource: "V0034_find_held_tasks", PackageResources.V0034_find_held_tasks_sql),
    ]

    /// Its parts, ready to run.
    package static func members(
        _ context: ServiceContext, _ configuration: AgentWorkerConfiguration
    ) throws -> [ServiceGroup.Member] {
        let board = TaskBoard(weights: configuration.weights)
        let claims = ClaimCheck(objects: context.objects)
        let ledger = TaskLedger(outbox: context.outbox, instance: context.instanceID)
        let journal = EffectJournal(ledger: ledger, pool: context.pool, telemetry: context.telemetry)
        let clients = try OutsideClients(context.http, configuration, clock: context.clock)
        let executor = TaskExecutor(
            claims: claims,
            outside: OutsideFunction(
                functions: configuration.functions(clients.calls, clock: context.clock), journal: journal,
                sendsIdempotencyKeys: configuration.sendsIdempotencyKeys, rules: configuration.effectRules),
            agent: AgentFunction(
                model: ModelClient(client: clients.model, configuration: configuration.model), journal: journal,
                objects: context.objects, documents: DocumentText(), claims: claims, configuration: configuration,
                telemetry: context.telemetry, clock: context.clock),
            index: IndexQuestion(outbox: context.outbox, claims: claims))
        let workers = TaskWorkers(
            board: board, executor: executor, ledger: ledger, pool: context.pool, claims: claims,
            instance: context.instanceID, predecessors: context.predecessors, configuration: configuration,
            telemetry: context.telemetry, clock: context.clock)
        let tasks = TaskIntake(
            topics: configuration.lanes.map(Topic.tasks(lane:)), board: board,
            instance: context.instanceID, lease: configuration.lease)
        let intake = Intake(
            tasks: tasks, answers: AnswerIntake(claims: claims, instance: context.instanceID),
            decisions: DecisionIntake(board: board, claims: claims),
            inquiries: InquiryIntake(board: board, configuration: configuration, metrics: context.telemetry.metrics))
        let upkeep = Upkeep(
            board: board, incidents: IncidentDesk(outbox: context.outbox), pool: context.pool,
            configuration: configuration, telemetry: context.telemetry,
            clock: context.clock)
        return [
            .init("messages", context.processor(for: intake)), .init("upkeep", upkeep), .init("workers", workers),
        ]
    }
}
