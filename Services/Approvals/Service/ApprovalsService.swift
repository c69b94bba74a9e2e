import Configuration
import Lifecycle
import Messaging
import ServiceKit

/// The program: people decide.
public enum ApprovalsService {
    /// Runs the service until it is told to stop, and ends the process.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "approvals", summary: "Human tasks: quorum, reminders, expiry, decisions.", schema: "approvals",
            migrations: ApprovalsMigrations.all, adminPort: 18183, configure: ApprovalsConfiguration.init(_:)
        ) { context, configuration in
            let timers = ApprovalTimers(
                outbox: context.outbox, clock: context.clock, telemetry: context.telemetry,
                configuration: configuration)
            return [.init("commands", context.processor(for: CommandHandler())), .init("timers", timers)]
        }
    }
}
