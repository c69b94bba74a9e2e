import Core
import Engine
import Runner
import Workflow

/// One scenario being played.
struct ScenarioRun {
    /// What a scenario expected and did not get.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    enum Happening {
        case event(JSON)
        case command(ExecutionCommand)
        case restart
    }

    /// The first is the one that is executed.
    var definitions: [String] = []
    var input: JSON = [:]
    var stubs: String?
    var secrets: JSON = [:]
    /// What stands at addresses that definitions refer to.
    var outside: [String: String] = [:]
    var plan: [(after: Duration, what: Happening)] = []
    var restarts = false
    var limit: Duration?
    var refusal: DefinitionFaults?
    var warnings: [DefinitionFault] = []
    var world: World?
    let internet: StubInternet

    static let id = "scenario"

    init(_ internet: StubInternet) { self.internet = internet }

    /// Plays `scenario`; throws what a step has to say.
    static func play(_ scenario: Feature.Scenario, _ internet: StubInternet, restarts: Bool = false) async throws {
        var run = ScenarioRun(internet)
        run.restarts = restarts
        guard !scenario.steps.isEmpty else { throw Failure(description: "no steps: \(scenario.name)") }
        for step in scenario.steps {
            guard let (entry, values) = Vocabulary.entry(for: step) else {
                throw Failure(description: "line \(step.line): there is no such step: \(step.text)")
            }
            do {
                try await entry.action(&run, values, step.document ?? "")
            } catch {
                throw Failure(description: "line \(step.line): \(step.text) \(error)\n\(run.transcript)")
            }
        }
        try run.expect(run.world?.breaches.isEmpty ?? true, "\(run.world?.breaches ?? [])")
    }

    mutating func register() throws {
        do {
            warnings = try compiled().flatMap(\.warnings)
        } catch {
            refusal = error
        }
    }

    private func compiled() throws(DefinitionFaults) -> [CompiledDefinition] {
        var list: [CompiledDefinition] = []
        for text in definitions {
            let source = try bundled(DefinitionSource(parsing: Array(text.utf8)))
            list.append(try CompiledDefinition(document: source.document, source: source))
        }
        return list
    }

    private func bundled(_ source: DefinitionSource) throws(DefinitionFaults) -> DefinitionSource {
        var bundle = DefinitionBundle(source)
        while let need = bundle.needs.first(where: { outside[$0.url] != nil }), let text = outside[need.url] {
            try bundle.place(need, Array(text.utf8), sha256: "")
        }
        return bundle.source
    }

    mutating func execute(onSchedule: Bool = false) async throws {
        let compiled = try compiled()
        guard let first = compiled.first else { throw Failure(description: "there is no workflow") }
        var options = World.Options()
        options.restartsAtEveryStep = restarts
        var world = World(DefinitionShelf(compiled), options: options)
        let start = world.now
        if onSchedule { world.schedule(first) } else { world.start(first, id: Self.id, input: input) }
        for (after, what) in plan {
            switch what {
            case .event(let event): world.publish(event, at: start + after)
            case .restart: world.restart(at: start + after)
            case .command(let command): world.send(command, to: Self.id, at: start + after)
            }
        }
        let table = try StubTable(parsing: Array((stubs ?? "[]").utf8), otherwise: internet.calls(secrets: secrets))
        var runner = Runner(world, functions: table)
        try await runner.run(until: limit.map { start + $0 })
        self.world = runner.world
    }

    static func value(_ text: String) throws -> JSON { try parseDefinition(Array(text.utf8)) }

    static func duration(_ text: String) throws -> Duration {
        guard let duration = Duration(iso8601: text) else { throw Failure(description: "\(text) is no duration") }
        return duration
    }
}
