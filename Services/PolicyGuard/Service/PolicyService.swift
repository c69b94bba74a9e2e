import Configuration
import Lifecycle
import Messaging
import ServiceKit

/// The program: policies give verdicts.
public enum PolicyService {
    /// Runs the service until it is told to stop, and ends the process.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "policy", summary: "Versioned policies: verdicts with risk and reasons.", schema: "policy",
            migrations: PolicyMigrations.all, adminPort: 18185, configure: PolicyConfiguration.init(_:)
        ) { context, configuration in
            let handler = CommandHandler(cache: PolicyCache(limit: configuration.cache), objects: context.objects)
            return [.init("commands", context.processor(for: handler))]
        }
    }
}
