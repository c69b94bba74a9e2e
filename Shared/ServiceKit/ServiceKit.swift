public import Configuration
import Glibc
public import Lifecycle
public import Messaging
public import Postgres

/// What every service's `Main` calls: from the command line to the exit code.
public enum ServiceKit {
    /// Runs a service and ends the process. `configure` reads the service's own settings; `services` makes its members,
    /// which start after the producer and the outbox and stop before them.
    ///
    /// Exit codes: 0 after a clean stop, 1 after a failure, 64 for arguments that are not understood, 78 for a
    /// configuration with faults.
    public static func run<Own: Sendable>(
        name: String, summary: String = "", schema: String, migrations: [Migration], topics: [Topic] = Topic.all,
        adminPort: Int = 0, plans: PostgresConfiguration.Plans = .byIndex,
        configure: (inout ConfigurationReader) -> Own,
        services: @escaping @Sendable (ServiceContext, Own) async throws -> [ServiceGroup.Member]
    ) async -> Never {
        let program = ServiceProgram(
            name: name, summary: summary, schema: schema, migrations: migrations, topics: topics, adminPort: adminPort,
            plans: plans)
        let code = await program.run(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessEnvironment.read(),
            configure: configure, services: services)
        exit(code)
    }
}
