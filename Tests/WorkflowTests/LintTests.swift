import Core
import Testing
import Workflow

@Suite struct LintTests {
    static let head = "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\n"
    static let good = "do: [ { x: { set: { a: 1 } } } ]\n"

    static func faults(_ text: String) -> [DefinitionFault] {
        do {
            _ = try CompiledDefinition(parsing: Array(text.utf8))
            return []
        } catch { return error.list }
    }

    @Test func aDefinitionKnowsItsNameAndItsTasks() throws {
        let definition = try CompiledDefinition(parsing: Array((Self.head + Self.good).utf8))
        #expect(definition.reference.description == "a/b:1.0.0")
        #expect(definition.task(at: "/do/0/x")?.name == "x")
        #expect(definition.document["do"] != nil)
    }

    @Test func aFaultNamesPlaceLineColumnFoundAndExpected() throws {
        let fault = try #require(Self.faults(Self.head + "do:\n  - x:\n      set: 5\n").first)
        #expect(fault.pointer.description == "/do/0/x/set")
        #expect(fault.line == 4)
        #expect(fault.column == 7)
        #expect(fault.found == "5")
        #expect(fault.expected == "an object or an expression")
    }

    @Test(arguments: [
        ("do: []", "/do"), ("do: 5", "/do"), ("extra: 1\n" + good, "/extra"), ("do: [ { a: {} } ]", "/do/0/a"),
        ("do: [ { a: { set: { k: 1 } }, b: { set: { k: 1 } } } ]", "/do/0"),
        ("do: [ { a: { set: { k: 1 }, sett: {} } } ]", "/do/0/a/sett"),
        ("do: [ { a: { set: { k: 1 }, do: [] } } ]", "/do/0/a/do"),
        ("do: [ { a: { set: { k: 1 } } }, { a: { set: { k: 1 } } } ]", "/do/1/a"),
        ("do: [ { a: { set: { k: 1 }, then: nowhere } } ]", "/do/0/a/then"),
        ("do: [ { a: { do: [ { b: { set: { k: 1 }, then: a } } ] } } ]", "/do/0/a/do/0/b/then"),
        ("do: [ { a: { switch: [ { x: { then: end } }, { y: { then: end } } ] } } ]", "/do/0/a/switch/1/y"),
        ("do: [ { a: { switch: [ { x: { when: '.a' } } ] } } ]", "/do/0/a/switch/0/x/then"),
        ("do: [ { a: { call: 'nothing:1.0.0' } } ]", "/do/0/a/call"),
        ("do: [ { a: { call: 'agent:9.0.0' } } ]", "/do/0/a/call"),
        ("do: [ { a: { call: http } } ]", "/do/0/a/with"),
        ("do: [ { a: { call: 'f:1.0.0@nowhere' } } ]", "/do/0/a/call"),
        ("do: [ { a: { run: { container: { image: x, ports: 1 } } } } ]", "/do/0/a/run/container/ports"),
        ("do: [ { a: { run: { script: { language: js, source: x } } } } ]", "/do/0/a/run/script/source"),
        ("do: [ { a: { call: http, with: { method: get } } } ]", "/do/0/a/with/endpoint"),
        ("do: [ { a: { raise: { error: { type: 'x:y', status: '${ 1 }' } } } } ]", "/do/0/a/raise/error/status"),
        ("do: [ { a: { raise: { error: nobody } } } ]", "/do/0/a/raise/error"),
        ("do: [ { a: { wait: P1Y } } ]", "/do/0/a/wait"), ("do: [ { a: { wait: { seconds: -1 } } } ]", "/do/0/a/wait"),
        ("timeout: nobody\n" + good, "/timeout"),
        ("do: [ { a: { try: [ { b: { set: { k: 1 } } } ] } } ]", "/do/0/a/catch"),
        ("do: [ { a: { emit: { event: { with: { data: 1 } } } } } ]", "/do/0/a/emit/event/with/type"),
        ("do: [ { a: { try: [ { b: { set: { k: 1 } } } ], catch: { retry: nobody } } } ]", "/do/0/a/catch/retry"),
        ("output: { schema: { document: { type: strange } } }\n" + good, "/output/schema/document/type"),
    ])
    func whatIsWrongIsFoundWhereItIs(body: String, pointer: String) {
        let faults = Self.faults(Self.head + body)
        #expect(faults.contains { $0.pointer.description == pointer && $0.kind == .validation }, "\(faults)")
    }

    @Test(arguments: [
        ("do: [ { a: { set: { x: '${ .a | }' } } } ]", "/do/0/a/set/x"),
        ("do: [ { a: { set: { x: '${ $nobody }' } } } ]", "/do/0/a/set/x"),
        ("do: [ { a: { set: { x: 'Hello ${ .name }!' } } } ]", "/do/0/a/set/x"),
        ("do: [ { a: { set: { k: 1 }, if: '.a ==' } } ]", "/do/0/a/if"),
        ("do: [ { a: { set: { x: '${ $error }' } } } ]", "/do/0/a/set/x"),
        ("do: [ { a: { set: { k: 1 }, output: { as: 'nope(1)' } } } ]", "/do/0/a/output/as"),
    ])
    func expressionsThatDoNotCompileAreFound(body: String, pointer: String) {
        let faults = Self.faults(Self.head + body)
        #expect(faults.contains { $0.pointer.description == pointer && $0.kind == .expression }, "\(faults)")
    }

    @Test(arguments: [
        ("do: [ { a: { run: { container: { image: x } } } } ]", "/do/0/a/run/container"),
        ("do: [ { a: { call: 'https://x.example/function.yaml' } } ]", "/do/0/a/call"),
        (
            "use: { catalogs: { there: { endpoint: 'https://x.example' } } }\ndo: [ { a: { call: 'f:1.0.0@there' } } ]",
            "/do/0/a/call"
        ),
        ("evaluate: { mode: loose }\n" + good, "/evaluate/mode"),
        ("input: { schema: { document: { patterns: x } } }\n" + good, "/input/schema/document/patterns"),
        ("input: { schema: { resource: { endpoint: 'https://x' } } }\n" + good, "/input/schema/resource"),
    ])
    func whatThisRuntimeLacksIsRefusedByName(body: String, pointer: String) {
        let faults = Self.faults(Self.head + body)
        #expect(!faults.isEmpty)
        #expect(faults.contains { $0.pointer.description == pointer && $0.kind == .configuration }, "\(faults)")
        #expect(faults.allSatisfy { $0.kind == .configuration }, "\(faults)")
    }

    @Test(arguments: ["01.0.0", "1.0", "1.0.0-", "1.0.0-01", "1.0.0+", "v1.0.0", ""])
    func versionsAreSemantic(version: String) {
        let text = "document: { dsl: '1.0.3', namespace: a, name: b, version: '\(version)' }\n" + Self.good
        #expect(Self.faults(text).map(\.pointer.description) == ["/document/version"])
    }

    @Test func allFaultsAreToldAtOnce() {
        let text = "document: { dsl: '2.0.0', namespace: a.b, version: 1 }\nnope: 1\ndo: [ { a: { set: 1 } } ]"
        #expect(Self.faults(text).count == 6)
    }
}
