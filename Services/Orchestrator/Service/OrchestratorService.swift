import Configuration
package import Lifecycle
import Messaging
package import Postgres
package import ServiceKit

/// The program: runs workflows.
public enum OrchestratorService {
    /// Runs the service until it is told to stop, and ends the process.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "orchestrator", summary: "Runs workflows: definitions, executions, timers.", schema: "orchestrator",
            migrations: OrchestratorMigrations.all, adminPort: 18181, configure: OrchestratorConfiguration.init(_:)
        ) { context, configuration in
            members(context, configuration)
        }
    }

    /// Its tables.
    package static let migrations = OrchestratorMigrations.all

    /// Its parts, ready to run.
    package static func members(
        _ context: ServiceContext, _ configuration: OrchestratorConfiguration
    ) -> [ServiceGroup.Member] {
        let parts = OrchestratorParts(
            outbox: context.outbox, objects: context.objects, clock: context.clock, telemetry: context.telemetry,
            configuration: configuration)
        return [
            .init("messages", context.processor(for: parts.handler)), .init("starts", parts.starts),
            .init("timers", parts.timers), .init("schedules", parts.schedules),
            .init("migrations", parts.migrations), .init("auditor", parts.auditor),
        ]
    }
}
