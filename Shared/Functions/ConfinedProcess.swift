import Core

/// A process of this machine in a folder of its own, confined as the settings ask.
struct ConfinedProcess: Sendable {
    let command: [String]
    let environment: [String: String]
    let settings: ProcessSettings
    private let script: (name: String, text: String)?
    private let input: [UInt8]

    init(_ work: ProcessFunction.Work, _ settings: ProcessSettings) {
        (command, environment, script, input) = (work.command, work.environment, work.script, work.input)
        self.settings = settings
    }

    /// Runs it to its end.
    func run(within time: Duration) async throws(FunctionError) -> ChildProcess.Result {
        try await inFolder(within: time) { place throws(ChildProcess.Failure) in
            try await ChildProcess().run(
                place.command, input: input, environment: place.environment, limit: settings.output, within: time,
                stop: place.stop)
        }
    }

    /// Speaks with it until all is said, or until it ends. At most `limit` bytes of its words are taken.
    func run<Talk: Conversation>(_ talk: Talk, limit: Int, within time: Duration) async throws(FunctionError) -> Talk {
        try await inFolder(within: time) { place throws(ChildProcess.Failure) in
            try await ChildProcess().run(
                place.command, talk: talk, environment: place.environment, limit: limit, within: time, stop: place.stop)
        }
    }

    /// What a child is started with.
    private struct Place: Sendable {
        var command: [String]
        var environment: [String: String]
        /// A byte here ends it.
        var stop: Int32
    }

    private func inFolder<Value: Sendable>(
        within time: Duration, _ body: @Sendable (Place) async throws(ChildProcess.Failure) -> Value
    ) async throws(FunctionError) -> Value {
        guard let folder = Scratch() else { throw Self.failed("no folder for it can be made", .nothing) }
        defer { folder.remove() }
        if let script, !folder.write(script.text, to: script.name) {
            throw Self.failed("the script cannot be written", .nothing)
        }
        guard let confined = Sandbox(settings: settings).command(command, in: folder.path) else {
            throw Self.failed("\(command[0]), prlimit or a sandbox is not to be had on this machine", .nothing)
        }
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path, "TMPDIR": folder.path,
        ]
        environment.merge(self.environment) { $1 }
        guard let stop = StopPipe() else { throw Self.failed("no pipe for it can be made", .nothing) }
        let place = Place(command: confined, environment: environment, stop: stop.reading)
        let outcome: Result<Value, ChildProcess.Failure> = await withTaskCancellationHandler {
            do throws(ChildProcess.Failure) { return .success(try await body(place)) } catch { return .failure(error) }
        } onCancel: {
            stop.request()
        }
        switch outcome {
        case .success(let value): return value
        case .failure(.cancelled): throw .cancelled
        case .failure(.cannotStart): throw Self.failed("it cannot be started", .nothing)
        case .failure(.timedOut):
            throw .fault(Fault(.timeout, .processFailed, "it ran longer than \(time) and was killed"), .answered)
        case .failure(.tooMuchOutput):
            throw Self.failed("it wrote more than the allowed bytes and was killed", .answered)
        }
    }

    static func failed(_ detail: String, _ reach: FunctionError.Reach) -> FunctionError {
        .fault(Fault(.runtime, .processFailed, detail), reach)
    }
}
