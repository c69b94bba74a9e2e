import Core
import Engine
import Testing
import Workflow

/// Where a script comes from is an endpoint as those of calls are.
@Suite struct ScriptSourceTests {
    private static func started(_ endpoint: String, _ input: JSON) throws -> Simulation {
        var run = try Simulation(
            body: "use: { secrets: [ key ] }\n"
                + "do: [ { a: { run: { script: { language: js, source: { endpoint: \(endpoint) } } } } } ]\n")
        run.start(input)
        return run
    }

    @Test(arguments: ["'https://h/{name}.js'", "{ uri: 'https://h/{name}.js' }"])
    func `a URI template is filled in`(endpoint: String) throws {
        let run = try Self.started(endpoint, ["name": "a b"])
        let source = try #require(run.requests.first).request.arguments["source"]?["endpoint"]
        #expect((source?["uri"] ?? source)?.string == "https://h/a%20b.js")
    }

    @Test func `an expression gives a URI, never who is shown there`() throws {
        let endpoint: JSON = ["uri": "https://h/{n}.js", "authentication": ["bearer": ["token": "t"]]]
        let run = try Self.started("'${ .e }'", ["e": endpoint])
        #expect(run.requests.isEmpty && run.fault?.type == Fault.Standard.expression.type)
        let plain = try Self.started("'${ .e }'", ["e": "https://h/{n}.js", "n": 1])
        #expect(plain.requests.first?.request.arguments["source"]?["endpoint"] == "https://h/{n}.js")
    }

    @Test func `a URI template is not filled in from an input with secrets`() throws {
        let faults = #expect(throws: DefinitionFaults.self) {
            try Simulation(
                body: "use: { secrets: [ key ] }\ndo: [ { a: { input: { from: { k: '${ $secrets.key }' } }, "
                    + "run: { script: { language: js, source: { endpoint: 'https://h/{k}' } } } } } ]\n")
        }
        #expect(faults?.description.contains("URI template") == true)
    }
}
