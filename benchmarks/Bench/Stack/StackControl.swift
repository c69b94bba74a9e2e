import Glibc

/// Ends and starts parts of the stack.
struct StackControl: Sendable {
    /// `docker/local/stack` with its options, for a shell.
    var command: String
    /// The run folder.
    var run: String

    /// Ends these parts at once. Throws `BenchError` when one does not run.
    func kill(_ names: [String]) throws(BenchError) {
        for name in names {
            guard Glibc.kill(pid_t(try process(name).number), SIGKILL) == 0 else {
                throw BenchError("\(name) could not be killed")
            }
        }
    }

    /// Starts these parts side by side, waits until they are ready and gives the moment at which the last began.
    func start(_ names: [String]) async throws -> ContinuousClock.Instant {
        try await withThrowingTaskGroup { group in
            for name in names { group.addTask { try await Self.shell("\(command) up \(name) >&2") } }
            try await group.waitForAll()
        }
        var latest: ContinuousClock.Instant?
        for name in names { latest = max(latest ?? .now - .seconds(3600), try process(name).started ?? .now) }
        return latest ?? .now
    }

    private func process(_ name: String) throws(BenchError) -> StackProcess {
        guard let found = StackProcess.all(run: run).first(where: { $0.name == name }) else {
            throw BenchError("\(name) does not run")
        }
        return found
    }

    /// What the benchmark was told is none of the services' settings.
    private static let own = ["CADENZA_API", "CADENZA_API_KEY", "CADENZA_SINK", "CADENZA_BENCH_STACK"]

    private static func shell(_ line: String) async throws {
        let text = "unset \(own.joined(separator: " ")); exec \(line)"
        let words: [String] = ["/bin/bash", "-c", text]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/bash", nil, nil, &arguments, environ) == 0 else {
            throw BenchError("no shell could be started")
        }
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        guard status == 0 else { throw BenchError("\(line) failed") }
    }
}
