import Core
import HTTP

/// `script` and `shell`: a process of this machine.
struct ProcessFunction: Function {
    /// What a process gives its task.
    enum Returned: String, Sendable {
        case stdout, stderr, code, all, none
    }

    /// `script` or `shell`.
    let name: String
    let outside: Outside
    let authenticator: Authenticator

    /// A longer script is none that somebody wrote.
    private static let largestScript = 1 << 20

    func prepare(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> PreparedCall {
        let settings = outside.settings.processes
        guard settings.confinement != .off else {
            throw .nothing(.configuration, .switchedOff, "run: \(name) is switched off here")
        }
        guard let returned = Returned(rawValue: arguments["return"]?.string ?? "stdout") else {
            throw .bad("return", "stdout, stderr, code, all or none", arguments["return"])
        }
        let work = try Work(name, try await sourced(arguments, context))
        let time = min(settings.time, try outside.left(context, settings.time))
        return PreparedCall(.irreversible) { () async throws(FunctionError) in
            let result = try await ConfinedProcess(work, settings).run(within: time)
            return try Self.output(result, returned)
        }
    }

    /// The arguments with the script in them that they tell the source of.
    private func sourced(_ arguments: JSON, _ context: FunctionContext) async throws(FunctionError) -> JSON {
        guard name == "script", let source = arguments["source"].flatMap(\.present), var object = arguments.object
        else {
            return arguments
        }
        guard object["code"].flatMap(\.present) == nil else { throw .bad("source", "code or source, not both") }
        var request = try await ExternalResource(source, "source").request(authenticator, context)
        request.headers["accept"] = "*/*"
        request.largestAnswer = Self.largestScript
        let bytes = try await outside.resource(request, context)
        guard let code = String(validating: bytes, as: UTF8.self) else {
            throw .nothing(.configuration, .badDocument, "the script is no text")
        }
        object["code"] = .string(code)
        return .object(object)
    }

    private static func output(_ result: ChildProcess.Result, _ returned: Returned) throws(FunctionError) -> JSON {
        if result.code != 0, returned != .code, returned != .all {
            throw ConfinedProcess.failed("it ended with code \(result.code)", .answered)
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
            try check()
            if let stdin = arguments["stdin"].flatMap(\.present) { input = Array(Percent.plain(stdin).utf8) }
            environment = try Self.environment(arguments["environment"])
        }

        /// An MCP server: `{command, arguments?, environment?}`.
        init(server: JSON) throws(FunctionError) {
            guard let program = server["command"]?.string, !program.isEmpty else {
                throw .bad("transport/stdio/command", "a command", server["command"])
            }
            command = [program] + (try Self.texts(server["arguments"]))
            try check()
            environment = try Self.environment(server["environment"])
        }

        private func check() throws(FunctionError) {
            guard !command.contains(where: { $0.utf8.contains(0) }) else { throw .bad("arguments", "no zero bytes") }
        }

        private static func environment(_ value: JSON?) throws(FunctionError) -> [String: String] {
            var environment: [String: String] = [:]
            for field in try OutsideRequest.named(value, "environment") {
                guard !field.name.contains("=") else { throw .bad("environment", "names without =") }
                environment[field.name] = field.value
            }
            return environment
        }

        private static func texts(_ value: JSON?) throws(FunctionError) -> [String] {
            guard let value = value.flatMap(\.present) else { return [] }
            guard let elements = value.array else { throw .bad("arguments", "an array", value) }
            return elements.map(Percent.plain)
        }
    }
}
