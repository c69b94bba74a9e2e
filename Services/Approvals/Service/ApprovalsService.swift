import Configuration
package import Lifecycle
import Messaging
package import Postgres
package import ServiceKit
import Telemetry

/// The program: people decide.
public enum ApprovalsService {
    /// Runs the service until it is told to stop, and ends the process.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "approvals", summary: "Human tasks: quorum, reminders, expiry, decisions.", schema: "approvals",
            migrations: ApprovalsMigrations.all, adminPort: 18183, configure: ApprovalsConfiguration.init(_:)
        ) { context, configuration in
            members(context, configuration)
        }
    }

    /// Its tables.
    package static let migrations = ApprovalsMigrations.all

    /// Its parts, ready to run.
    package static func members(
        _ context: ServiceContext, _ configuration: ApprovalsConfiguration
    ) -> [ServiceGroup.Member] {
        let timers = ApprovalTimers(
            outbox: context.outbox, clock: context.clock, telemetry: context.telemetry,
            configuration: configuration)
        let audit = TimerAudit(plan: configuration.audit, telemetry: context.telemetry)
        return [
            .init("commands", context.processor(for: CommandHandler())), .init("timers", timers),
            .init(
                "auditor",
                Auditor(
                    plan: configuration.audit, outbox: context.outbox, clock: context.clock,
                    logger: context.telemetry.logger, look: audit.look)),
        ]
    }
}
