import Core
import Glibc

/// Measures a running stack and prints a table. benchmarks/run starts the stack, runs this and removes it again.
@main enum Main {
    static func main() async {
        do {
            guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
                print(Options.help)
                return
            }
            let report = try await measure(options)
            print(report.table)
            if let file = options.json { try TextFile.write(report.json.text(.pretty) + "\n", to: file) }
            exit(report.faults.isEmpty ? 0 : 1)
        } catch {
            Progress()("failed: \(error)")
            exit(1)
        }
    }

    private static func measure(_ given: Options) async throws -> Report {
        var options = given
        options.stack = environment()["CADENZA_BENCH_STACK"]
        let idle = options.run.map { MemoryUse.read(run: $0) } ?? MemoryUse()
        let places = try Places(environment())
        let now = SystemClock().now()
        let tag = String(now.milliseconds, radix: 36)
        var report = Report(
            machine: .read(at: now), postgres: try await ServerSettings.read(at: places.postgres).summary,
            stackBuild: options.build, benchBuild: build)
        let tell = Progress()
        let limits = try await Limits.measure(places, options: options, tag: tag, tell: tell)
        report.sections.append(limits.section)
        guard !options.isLimitsOnly else { return report }
        let server = try StepServer()
        let api = WorkflowAPI(places, clients: options.clients)
        defer { api.close() }
        let watch = CompletionWatch(places, tag: tag)
        let stage = Stage(
            places: places, options: options, limits: limits, tag: tag, tell: tell, api: api, watch: watch,
            server: server, idle: idle)
        report.sections += try await server.serving {
            try await watch.join()
            return await Workloads.run(on: stage)
        }
        await watch.close()
        let after = try await DiskLimit().measure(in: options.run ?? ".", for: .seconds(1))
        report.sections.append(limits.afterwards(after))
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
            "CADENZA_TOPIC_PREFIX", "CADENZA_BENCH_STACK",
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } })
    }
}
