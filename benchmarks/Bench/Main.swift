import Core
import Glibc

/// Measures a running stack and prints a report. benchmarks/run starts the stack, runs this and removes it again.
@main enum Main {
    static func main() async {
        do {
            guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
                print(Options.help)
                return
            }
            let report = try await measure(options)
            print(options.printsJSON ? report.json.text(.pretty) : report.table)
            exit(report.faults.isEmpty ? 0 : 1)
        } catch {
            Progress()("failed: \(error)")
            exit(1)
        }
    }

    private static func measure(_ options: Options) async throws -> Report {
        let places = try Places(environment())
        let now = SystemClock().now()
        let tag = String(now.milliseconds, radix: 36)
        var report = Report(
            machine: .read(at: now), postgres: try await ServerSettings.read(at: places.postgres).summary,
            stackBuild: options.build, benchBuild: build)
        let tell = Progress()
        let limits = try await Limits.measure(
            places, folder: options.run ?? ".", tag: tag, seconds: options.seconds, tell: tell)
        report.sections.append(limits.section)
        guard !options.isLimitsOnly else { return report }
        let outcome = try await ExecutionRun(places: places, options: options, tag: tag, tell: tell).run()
        report.sections += outcome.sections(limits)
        let after = try await DiskLimit().measure(in: options.run ?? ".", for: .seconds(1))
        report.sections.append(limits.afterwards(after))
        report.faults = outcome.faults
        return report
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static func environment() -> [String: String] {
        let names = [
            "CADENZA_TEST_POSTGRES_URL", "CADENZA_TEST_KAFKA_BOOTSTRAP", "CADENZA_API", "CADENZA_API_KEY",
            "CADENZA_TOPIC_PREFIX",
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } })
    }
}
