import Core
import Glibc

/// `script` and `shell`: a process of this machine.
struct ProcessFunction: Function {
    /// What a process gives its task.
    enum Returned: String, Sendable {
        case stdout, stderr, code, all, none
    }

    /// `script` or `shell`.
    let name: String
    let outside: Outside

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        let settings = outside.settings.processes
        guard settings.confinement != .off else {
            throw .nothing(.configuration, .switchedOff, "run: \(name) is switched off here")
        }
        guard let returned = Returned(rawValue: arguments["return"]?.string ?? "stdout") else {
            throw .bad("return", "stdout, stderr, code, all or none", arguments["return"])
        }
        let work = try Work(name, arguments)
        let time = min(settings.time, try outside.left(context, settings.time))
        return PreparedCall(.irreversible) { () async throws(FunctionError) in
            let result = try await Self.run(work, Sandbox(settings: settings), within: time)
            return try Self.output(result, returned, context)
        }
    }

    private static func run(_ work: Work, _ sandbox: Sandbox, within time: Duration)
        async throws(FunctionError) -> ChildProcess.Result
    {
        guard let folder = Scratch() else { throw failed("no folder for it can be made", .nothing) }
        defer { folder.remove() }
        if let script = work.script, !folder.write(script.text, to: script.name) {
            throw failed("the script cannot be written", .nothing)
        }
        guard let command = sandbox.command(work.command, in: folder.path) else {
            throw failed("\(work.command[0]), prlimit or a sandbox is not to be had on this machine", .nothing)
        }
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path, "TMPDIR": folder.path,
        ]
        environment.merge(work.environment) { $1 }
        guard let stop = StopPipe() else { throw failed("no pipe for it can be made", .nothing) }
        let child = ChildProcess()
        let limit = sandbox.settings.output
        let outcome = await withTaskCancellationHandler {
            do throws(ChildProcess.Failure) {
                return Swift.Result<ChildProcess.Result, ChildProcess.Failure>.success(
                    try await child.run(
                        command, input: work.input, environment: environment, limit: limit, within: time,
                        stop: stop.reading))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop.request()
        }
        switch outcome {
        case .success(let result): return result
        case .failure(.cancelled): throw .cancelled
        case .failure(.cannotStart): throw failed("it cannot be started", .nothing)
        case .failure(.timedOut):
            throw .fault(Fault(.timeout, .processFailed, "it ran longer than \(time) and was killed"), .answered)
        case .failure(.tooMuchOutput): throw failed("it wrote more than \(limit) bytes and was killed", .answered)
        }
    }

    private static func output(_ result: ChildProcess.Result, _ returned: Returned, _ context: FunctionContext)
        throws(FunctionError) -> JSON
    {
        if result.code != 0, returned != .code, returned != .all {
            throw failed("it ended with code \(result.code)", .answered)
        }
        let stdout = JSON.string(String(decoding: result.stdout, as: UTF8.self))
        let stderr = JSON.string(String(decoding: result.stderr, as: UTF8.self))
        switch returned {
        case .stdout: return stdout
        case .stderr: return stderr
        case .code: return .integer(Int64(result.code))
        case .all: return ["code": .integer(Int64(result.code)), "stdout": stdout, "stderr": stderr]
        case .none: return .null
        }
    }

    private static func failed(_ detail: String, _ reach: FunctionError.Reach) -> FunctionError {
        .fault(Fault(.runtime, .processFailed, detail), reach)
    }
}

extension ProcessFunction {
    /// What is to be run.
    struct Work: Sendable {
        var command: [String]
        var script: (name: String, text: String)?
        var input: [UInt8] = []
        var environment: [String: String] = [:]

        init(_ function: String, _ arguments: JSON) throws(FunctionError) {
            let given = try Self.texts(arguments["arguments"])
            if function == "shell" {
                guard let text = arguments["command"]?.string, !text.isEmpty else {
                    throw .bad("command", "a text", arguments["command"])
                }
                command = ["/bin/sh", "-c", text, "sh"] + given
            } else {
                guard let code = arguments["code"]?.string else { throw .bad("code", "the script", arguments["code"]) }
                switch arguments["language"]?.string {
                case "js", "javascript":
                    // A module, as the language's own example imports.
                    (command, script) = (["node", "script.mjs"] + given, ("script.mjs", code))
                case "python": (command, script) = (["python3", "script.py"] + given, ("script.py", code))
                default: throw .bad("language", "js or python", arguments["language"])
                }
            }
            guard !command.contains(where: { $0.utf8.contains(0) }) else { throw .bad("arguments", "no zero bytes") }
            if let stdin = arguments["stdin"].flatMap(\.present) { input = Array(Percent.plain(stdin).utf8) }
            for field in try OutsideRequest.named(arguments["environment"], "environment") {
                guard !field.name.contains("=") else { throw .bad("environment", "names without =") }
                environment[field.name] = field.value
            }
        }

        private static func texts(_ value: JSON?) throws(FunctionError) -> [String] {
            guard let value = value.flatMap(\.present) else { return [] }
            guard let elements = value.array else { throw .bad("arguments", "an array", value) }
            return elements.map(Percent.plain)
        }
    }
}
