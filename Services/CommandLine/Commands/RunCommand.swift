import CommandLineDomain
import Core
import Engine
import Functions
import HTTP
import Runner
import Workflow

/// `cadenza run FILE`
enum RunCommand: Command {
    static let form = CommandForm(
        name: "run", summary: "Runs a definition here, without servers, and prints its output.",
        discussion: "Calls that no stub answers are made for real, as far as that needs no platform: http, openapi and "
            + "mcp are,\nagents, models, the index, policies and approvals are not. Nothing is stored.",
        operands: [.init("FILE", "The definition.")],
        options: PlayOptions.options + [
            .init("virtual", nil, "Time jumps to the next moment at which something happens."),
            .init("for", "DURATION", "Stops after this time (ISO 8601, such as PT1H), by the run's clock."),
            .init(
                "schedule", nil, "Starts executions as the definition's schedule says, in place of one; needs --for."),
            .init("seed", "N", "Decides between what happens at the same moment; implies --virtual."),
            .init("log", "FILE", "Writes the event log, one JSON object a line."),
            .init("quiet", nil, "No progress."),
            .init("json", nil, "Prints status, output, error, context and the log's hash as one JSON object."),
        ],
        examples: [
            .init("cadenza run greet.yaml --input '{\"name\":\"Ann\"}'", "In real time, real HTTP calls."),
            .init(
                "cadenza run approval.yaml --virtual --stubs stubs.yaml --event 'PT5M={\"type\":\"decided.v1\"}'",
                "Four hours of waiting in a blink; see docs/command-line.md for stubs."),
        ])

    private static let id = "run"

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        let isVirtual = arguments.has("virtual") || arguments.has("seed")
        let http = HTTPClient()
        defer { http.close() }
        // What is tried again is the definition's to decide, as it is where it is registered.
        var policy = ResilientClient.Policy()
        policy.retry = RetryPolicy(limit: 0)
        let table = FunctionTable(
            client: ResilientClient(http, policy: policy), secrets: EnvironmentSecrets(console.environment))
        let play = try await PlayOptions(
            arguments, console, otherwise: OutsideCalls(table, keepsDeadlines: !isVirtual))
        var options = World.Options()
        if let text = arguments["seed"] {
            guard let seed = UInt64(text) else {
                throw UsageError("\(text) is no seed: a whole number", command: "run")
            }
            options.seed = seed
        }
        var world = World(DefinitionShelf(play.definitions), options: options, now: console.clock.now())
        if isVirtual { world = World(DefinitionShelf(play.definitions), options: options) }
        let start = world.now
        let onSchedule = arguments.has("schedule")
        if onSchedule {
            guard play.definitions[0].schedule != nil, arguments.has("for") else {
                throw UsageError("--schedule needs a definition with a schedule, and --for", command: "run")
            }
            world.schedule(play.definitions[0])
        } else {
            world.start(play.definitions[0], id: id, input: play.input)
        }
        for event in play.events { world.publish(event.event, at: start + event.after) }
        var runner = Runner(world, functions: play.functions, time: isVirtual ? .virtual : .real(console.clock))
        let limit = try arguments["for"].map { text throws(UsageError) -> Instant in
            guard let duration = Duration(iso8601: text) else {
                throw UsageError("\(text) is no duration such as PT1H", command: "run")
            }
            return start + duration
        }
        let isQuiet = arguments.has("quiet")
        let progress = ProgressLines(start: start, root: id)
        do {
            try await runner.run(until: limit) { event in
                if !isQuiet, let line = progress.line(event, console) { console.note(line) }
            }
        } catch {
            throw CommandFailure(description: error.description, status: .negative)
        }
        if let name = arguments["log"] {
            try InputFile.write(runner.world.log.map { $0.json.text() + "\n" }.joined(), to: name)
        }
        return onSchedule ? list(runner.world, console) : conclude(runner.world, arguments, console)
    }

    /// All executions that a schedule has started.
    private static func list(_ world: World, _ console: Console) -> ExitStatus {
        let states = world.order.compactMap { world[$0]?.state }
        let rows = states.map { state -> JSON in
            [
                "id": .string(state.executionID), "startedAt": .string(state.startedAt.description),
                "status": .string(state.status.rawValue), "output": state.output ?? .null,
                "fault": state.fault?.json ?? .null,
            ]
        }
        console.print(JSON.array(rows).text(.pretty))
        return states.contains { $0.status == .faulted } ? .negative : .done
    }

    private static func conclude(
        _ world: World, _ arguments: ArgumentValues, _ console: Console
    ) -> ExitStatus {
        guard let state = world[id]?.state else { preconditionFailure("it was started") }
        if arguments.has("json") {
            var view = world.view(of: id).object ?? [:]
            view["events"] = .integer(Int64(view["events"]?.array?.count ?? 0))
            view["executions"] = nil
            view["logHash"] = .string(String(world.logHash, radix: 16))
            console.print(JSON.object(view).text(.pretty))
        } else if state.status == .completed {
            console.print((state.output ?? .null).text(.pretty))
        }
        switch state.status {
        case .completed: return .done
        case .faulted:
            console.note(console.painted("faulted", .red) + " " + (state.fault?.json.text(.pretty) ?? ""))
            return .negative
        case .cancelled: return .negative
        default:
            console.note(console.painted(state.status.rawValue, .yellow) + " for:")
            for cause in state.explainedCauses { console.note("  " + ProgressLines.words(cause: cause)) }
            return .unfinished
        }
    }
}
