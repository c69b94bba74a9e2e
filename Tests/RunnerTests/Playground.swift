import Core
import Engine
import Runner
import Workflow

/// Short ways to make worlds.
enum Playground {
    static func definition(_ body: String, name: String = "test") throws -> CompiledDefinition {
        let head = "document: { dsl: '1.0.3', namespace: test, name: \(name), version: '1.0.0' }\n"
        return try CompiledDefinition(parsing: Array((head + body).utf8))
    }

    static func stubs(_ text: String) throws -> StubTable { try StubTable(parsing: Array(text.utf8)) }

    /// Plays `body` to its end in virtual time.
    static func play(
        _ body: String, input: JSON = [:], stubs: String = "[]", options: World.Options = World.Options()
    ) async throws -> World {
        let definition = try definition(body)
        var world = World(DefinitionShelf([definition]), options: options)
        world.start(definition, id: "x", input: input)
        var runner = Runner(world, functions: try self.stubs(stubs))
        try await runner.run()
        return runner.world
    }

    /// Waits, retries, calls with delays, a time-out: something of everything.
    static let journey = """
        do:
          - pause: { wait: PT10S }
          - guarded:
              try:
                - ask: { call: http, with: { method: get, endpoint: 'https://x.example/{n}' } }
              catch:
                retry: { delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 4 } } }
          - bounded:
              try:
                - slow: { call: retrieve:1.0.0, with: { index: a, query: q }, timeout: { after: PT1M } }
              catch:
                errors: { with: { status: 408 } }
                do: [ { late: { set: { late: true } } } ]
          - tell: { emit: { event: { with: { type: done.v1, data: '${ . }' } } } }
        """
    static let answers = """
        - function: http
          results: [ { fault: communication, delay: PT2S }, { fault: communication }, { output: { n: 1 } } ]
        - { function: retrieve, output: { passages: [] }, delay: PT30S }
        """
}
