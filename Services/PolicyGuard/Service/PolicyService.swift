import Configuration
package import Lifecycle
import Messaging
package import Postgres
package import ServiceKit

/// The program: policies give verdicts.
public enum PolicyService {
    /// Runs the service until it is told to stop, and ends the process.
    public static func run() async -> Never {
        await ServiceKit.run(
            name: "policy", summary: "Versioned policies: verdicts with risk and reasons.", schema: "policy",
            migrations: PolicyMigrations.all, adminPort: 18185, configure: PolicyConfiguration.init(_:)
        ) { context, configuration in
            members(context, configuration)
        }
    }

    /// Its tables.
    package static let migrations = PolicyMigrations.all

    /// Its parts, ready to run.
    package static func members(
        _ context: ServiceContext, _ configuration: PolicyConfiguration
    ) -> [ServiceGroup.Member] {
        let handler = CommandHandler(cache: PolicyCache(limit: configuration.cache), objects: context.objects)
        return [.init("commands", context.processor(for: handler))]
    }
}
