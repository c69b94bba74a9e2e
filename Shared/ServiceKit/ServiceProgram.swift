import Configuration
import Core
import Glibc
import HTTP
import Lifecycle
import Messaging
import Postgres
import Redis
import Telemetry

/// A service as a program: arguments and environment in, an exit code out.
struct ServiceProgram: Sendable {
    let name: String
    let summary: String
    let schema: String
    let migrations: [Migration]
    let topics: [Topic]
    let adminPort: Int
    var plans = PostgresConfiguration.Plans.byIndex
    /// Where help and faults are written, before there is a logger.
    var print: @Sendable (_ text: String, _ isError: Bool) -> Void = { text, isError in
        let bytes = Array((text + "\n").utf8)
        _ = write(isError ? 2 : 1, bytes, bytes.count)
    }
    var signals: [Int32] = [SIGTERM, SIGINT]

    func run<Own: Sendable>(
        arguments: [String], environment: [String: String], configure: (inout ConfigurationReader) -> Own,
        services: @escaping @Sendable (ServiceContext, Own) async throws -> [ServiceGroup.Member]
    ) async -> Int32 {
        // A peer that hangs up is an error of that call, never the end of the process.
        signal(SIGPIPE, SIG_IGN)
        var reader = Self.reader(environment)
        _ = reader.optionalString("CADENZA_CONFIG_FILE", help: "A JSON object of these settings; the environment wins.")
        let common = FrameConfiguration(&reader, adminPort: adminPort)
        Self.check(common, &reader)
        let own = configure(&reader)
        switch arguments {
        case []: break
        case ["--help"], ["-h"]:
            print(help(reader), false)
            return 0
        case ["--check"]: break
        default:
            print("\(name): the only arguments are --help and --check; settings are environment variables", true)
            return 64
        }
        do throws(ConfigurationError) { try reader.finish() } catch {
            let list = error.faults.map { "  \($0)" }.joined(separator: "\n")
            let code: ErrorCode = "SK0001"
            print("\(name): \(code) the configuration has faults\n\(list)\n\(name) --help explains the settings.", true)
            return 78
        }
        if arguments == ["--check"] {
            print("\(name): the configuration is fine", false)
            return 0
        }
        return await ServiceRun(program: self, common: common).run { context in try await services(context, own) }
    }

    private func help(_ reader: ConfigurationReader) -> String {
        """
        \(name)\(summary.isEmpty ? "" : ": \(summary)")

        Usage: \(name) [--help | --check]

        It is configured by environment variables, or by a JSON file that CADENZA_CONFIG_FILE names. --check reads the
        configuration, reports all its faults and ends. It waits for Postgres and Kafka for as long as they are away,
        creates its tables and topics, and stops on SIGTERM after it has finished what it holds; a second SIGTERM ends
        it at once. Exit codes: 0 clean, 1 failure, 64 bad arguments, 78 bad configuration.

        Settings:
        \(reader.described)
        """
    }

    /// A reader over the environment and the file that it names, if it does.
    private static func reader(_ environment: [String: String]) -> ConfigurationReader {
        guard let path = environment["CADENZA_CONFIG_FILE"], !path.isEmpty else {
            return ConfigurationReader(environment: environment)
        }
        guard let bytes = ProcessEnvironment.file(path) else {
            var reader = ConfigurationReader(environment: environment)
            reader.fault("CADENZA_CONFIG_FILE", "\(path) cannot be read")
            return reader
        }
        do throws(JSONSyntaxError) {
            return ConfigurationReader(environment: environment, file: try JSON(parsing: bytes))
        } catch {
            var reader = ConfigurationReader(environment: environment)
            reader.fault("CADENZA_CONFIG_FILE", "\(path) is not JSON: \(error)")
            return reader
        }
    }

    /// Finds what only the parts concerned can tell of a setting.
    private static func check(_ common: FrameConfiguration, _ reader: inout ConfigurationReader) {
        let url = common.postgresURL.reveal()
        if !url.isEmpty, !url.hasPrefix("postgres://"), !url.hasPrefix("postgresql://") {
            reader.fault("CADENZA_POSTGRES_URL", "its value does not begin with postgres://")
        }
        do throws(RedisError) { _ = try RedisConfiguration(url: common.redisURL.reveal()) } catch {
            reader.fault("CADENZA_REDIS_URL", error.detail)
        }
        let isStore = common.objects.hasPrefix("file:///") || common.objects.hasPrefix("s3://")
        if !common.objects.isEmpty, !isStore {
            reader.fault("CADENZA_OBJECTS", "is neither file:///folder nor s3://bucket?endpoint=…")
        }
        if let otlp = common.otlpEndpoint, !otlp.hasPrefix("http://"), !otlp.hasPrefix("https://") {
            reader.fault("CADENZA_OTLP_ENDPOINT", "does not begin with http:// or https://")
        }
    }
}
