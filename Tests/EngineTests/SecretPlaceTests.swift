import Core
import Engine
import Expressions
import Testing
import Workflow

/// Everywhere that a secret may be used, and everywhere else.
@Suite struct SecretPlaceTests {
    private static let http = "method: get, endpoint: 'https://h'"
    private static let secret = "'${ $secrets.key }'"

    private static func simulation(_ task: String, more: String = "") throws -> Simulation {
        let list = task.hasPrefix("do:") ? task : "do: [ { a: \(task) } ]"
        return try Simulation(body: "use: { secrets: [ key ] \(more) }\n\(list)\n")
    }

    @Test(arguments: [
        ("call: http, with: { \(http), headers: { a: \(secret) } }", "/headers/a"),
        (
            "call: http, with: { method: post, endpoint: 'https://h', body: { a: [ { b: \(secret) } ] } }",
            "/body/a/0/b"
        ),
        ("call: http, with: { method: get, endpoint: \(secret) }", "/endpoint"),
        ("call: http, with: { method: get, endpoint: { uri: \(secret) } }", "/endpoint/uri"),
        (
            "call: http, with: { method: get, endpoint: { uri: 'https://h', authentication: "
                + "{ basic: { username: ann, password: \(secret) } } } }", "/endpoint/authentication/basic/password"
        ),
        (
            "call: openapi, with: { document: { endpoint: 'https://h' }, operationId: o, "
                + "parameters: { p: \(secret) } }",
            "/parameters/p"
        ),
        (
            "call: mcp, with: { method: tools/call, parameters: { name: t, arguments: { k: \(secret) } }, "
                + "transport: { http: { endpoint: 'https://h' } } }", "/parameters/arguments/k"
        ),
        (
            "call: a2a, with: { server: 'https://h', method: message/send, parameters: { k: \(secret) } }",
            "/parameters/k"
        ),
        (
            "call: asyncapi, with: { document: { endpoint: 'https://h' }, operation: o, "
                + "message: { payload: { k: \(secret) } } }",
            "/message/payload/k"
        ),
        (
            "call: asyncapi, with: { document: { endpoint: 'https://h' }, operation: o, "
                + "authentication: { bearer: { token: \(secret) } }, "
                + "subscription: { consume: { amount: 1, for: PT1M } } }",
            "/authentication/bearer/token"
        ),
        ("call: 'agent:1.0.0@default', with: { goal: Read, context: { k: \(secret) } }", "/context/k"),
        ("call: 'llm:1.0.0', with: { prompt: \(secret) }", "/prompt"),
        ("run: { shell: { command: env, environment: { K: \(secret) }, arguments: [ a ] } }", "/environment/K"),
        ("run: { shell: { command: env, arguments: [ a, \(secret) ] } }", "/arguments/1"),
        ("run: { await: false, script: { language: python, code: pass, stdin: \(secret) } }", "/stdin"),
    ])
    func `an argument is left to whoever runs the task`(task: String, place: String) throws {
        var run = try Self.simulation("{ \(task) }")
        run.start()
        let request = try #require(run.requests.first?.request)
        #expect(request.deferred?.places.map(\.pointer.description) == [place])
        let value = try request.deferred?.evaluate("$secrets.key", secrets: ["key": "k"])
        #expect(value == "k")
    }

    @Test(arguments: [
        "{ set: { x: S } }", "{ if: S, set: { x: 1 } }", "{ input: { from: S }, set: { x: 1 } }",
        "{ set: { x: 1 }, output: { as: S } }", "{ set: { x: 1 }, export: { as: { k: S } } }",
        "{ switch: [ { c: { when: S, then: exit } } ] }",
        "{ raise: { error: { type: 'x:y', status: 500, detail: S } } }",
        "{ emit: { event: { with: { type: t, data: { k: S } } } } }", "{ wait: S }",
        "{ listen: { to: { one: { with: { type: t, subject: S } } } } }",
        "{ listen: { to: { any: [ { with: { type: t } } ], until: S } } }",
        "{ listen: { to: { one: { with: { type: t }, correlate: { c: { from: .x, expect: S } } } } } }",
        "{ for: { in: S }, do: [ { b: { set: { x: 1 } } } ] }",
        "{ for: { in: '${ [] }' }, while: S, do: [ { b: { set: { x: 1 } } } ] }",
        "{ input: { from: S }, do: [ { b: { set: { x: 1 } } } ] }", "{ set: { x: 1 }, timeout: { after: S } }",
        "{ try: [ { b: { set: { x: 1 } } } ], catch: { when: S, do: [ { c: { set: { x: 1 } } } ] } }",
        "{ try: [ { b: { set: { x: 1 } } } ], catch: { retry: { when: S, delay: { seconds: 1 } } } }",
        "{ run: { workflow: { namespace: n, name: n, input: { k: S } } } }",
        "{ call: 'map:1.0.0', with: { in: S, do: [ { b: { set: { x: 1 } } } ] } }",
        "{ call: 'until:1.0.0', with: { at: S } }", "{ call: 'approval:1.0.0', with: { title: S } }",
        "{ call: 'policy:1.0.0', with: { policy: p, input: S } }",
        "{ call: 'retrieve:1.0.0', with: { index: i, query: S } }", "{ call: own, with: { k: S } }",
        "{ call: 'approval:1.0.0', with: { title: x }, input: { from: S } }",
        // An input with secrets that is more than arguments.
        "{ call: http, with: { \(http) }, input: { from: { k: S } }, output: { as: '${ $input }' } }",
        "{ call: http, with: { \(http) }, input: { from: { k: S } }, export: { as: { k: '${ $input.k }' } } }",
        "{ call: http, with: { method: get, endpoint: 'https://h/{k}' }, input: { from: { k: S } } }",
        "{ call: http, with: { \(http) }, input: { from: { k: S } }, timeout: { after: '${ .k }' } }",
        "{ run: { await: false, shell: { command: env } }, input: { from: { k: S } } }",
        // Which secret it is must be seen.
        "{ call: http, with: { \(http), headers: { a: '${ $secrets[.name] }' } } }",
        "{ call: http, with: { \(http), headers: { a: '${ $secrets | tostring }' } } }",
        "{ call: http, with: { \(http), headers: { a: '${ $secrets.other }' } } }",
    ])
    func `everywhere else secrets are refused, with the place and the reason`(task: String) throws {
        let written = task.replacing("S", with: Self.secret)
        let faults = #expect(throws: DefinitionFaults.self) {
            try Self.simulation(written, more: ", functions: { own: { set: { x: 1 } } }")
        }
        let told = faults?.list.map(\.description) ?? []
        #expect(told.contains { $0.contains("secret") }, "\(told)")
        #expect(told.allSatisfy { $0.hasPrefix("/do/0/a") }, "\(told)")
    }

    @Test(arguments: [
        "input: { from: '${ $secrets.key }' }\ndo: [ { a: { set: { x: 1 } } } ]",
        "output: { as: '${ $secrets.key }' }\ndo: [ { a: { set: { x: 1 } } } ]",
        "timeout: { after: '${ $secrets.key }' }\ndo: [ { a: { set: { x: 1 } } } ]",
        "schedule: { on: { one: { with: { type: '${ $secrets.key }' } } } }\ndo: [ { a: { set: { x: 1 } } } ]",
    ])
    func `the workflow's own stages refuse them too`(body: String) throws {
        let faults = #expect(throws: DefinitionFaults.self) {
            try Simulation(body: "use: { secrets: [ key ] }\n" + body)
        }
        #expect(faults?.description.contains("$secrets where data are stored") == true)
    }

    @Test func `an input for arguments only is evaluated with them, where the secrets are`() throws {
        var run = try Self.simulation(
            """
            do:
              - a:
                  input: { from: { who: '${ .name }', key: '${ "<" + $secrets.key + $input.name + ">" }', n: 1 } }
                  call: http
                  with:
                    method: post
                    endpoint: https://h
                    headers: { plain: text }
                    body: { all: '${ . }', key: '${ $input.key }', raw: '${ $task.input.name }' }
              - b: { set: '${ . }' }
            """)
        run.run(["name": "ann"]) { request in
            #expect(request.arguments["body"] == ["all": nil, "key": nil, "raw": nil])
            let values = request.deferred?.places.map { place in
                try? request.deferred?.evaluate(place.source, secrets: ["key": "k"])
            }
            #expect(values == [["who": "ann", "key": "<kann>", "n": 1], "<kann>", "ann"])
            return .output("done")
        }
        #expect(run.output == "done")
        #expect(run.requests.count == 1)
    }

    @Test func `an input that is one expression is too, and its task fails as without it`() throws {
        var run = try Self.simulation(
            """
            do:
              - a:
                  input: { schema: { document: { type: object } }, from: '$secrets.key' }
                  run: { shell: { command: env, environment: { KEY: '${ . }' } } }
            """)
        run.start(["n": 1])
        let deferred = try #require(run.requests.first?.request.deferred)
        #expect(try deferred.evaluate(deferred.places[0].source, secrets: ["key": "k"]) == "k")
        var wrong = try Self.simulation(
            "{ input: { schema: { document: { type: array } }, from: $secrets.key }, "
                + "call: http, with: { \(Self.http), query: { k: '${ . }' } } }")
        wrong.start(["n": 1])
        #expect(wrong.fault?.type == Fault.Standard.validation.type)
    }

    @Test(arguments: [
        // A task of the document that is called like a function of this runtime does not wait for a worker.
        ("functions: { 'llm:1.0.0': { set: '${ . }' } }", "{ call: 'llm:1.0.0', input: { from: { k: S } } }"),
        // A time-out by its name is one too.
        (
            "timeouts: { t: { after: '${ .k }' } }",
            "{ call: http, with: { \(http) }, input: { from: { k: S } }, timeout: t }"
        ),
    ])
    func `what has a name is what the document says it is`(use: String, task: String) throws {
        let faults = #expect(throws: DefinitionFaults.self) {
            try Self.simulation(task.replacing("S", with: Self.secret), more: ", " + use)
        }
        #expect(faults?.list.allSatisfy { $0.pointer.description.hasPrefix("/do/0/a") } == true, "\(faults as Any)")
    }

    private static let bearer = "authentication: { bearer: { token: t } }"

    @Test func `how a call shows who makes it is known in its arguments`() throws {
        var run = try Self.simulation(
            """
            { call: http, with: { method: get, endpoint: { uri: 'https://h', \(Self.bearer) },
            headers: { x: '${ $authorization.scheme + .n }' } } }
            """)
        run.start(["n": "1"])
        let deferred = try #require(run.requests.first?.request.deferred)
        #expect(deferred.places.map(\.pointer.description) == ["/headers/x"])
        let bound: JSONObject = ["authorization": ["scheme": "Bearer", "parameter": "t"]]
        let source = try #require(deferred.places.first).source
        #expect(try deferred.evaluate(source, secrets: [:], binding: bound) == "Bearer1")
    }

    @Test(arguments: [
        "{ set: { x: A } }", "{ call: http, with: { \(http), headers: { x: A } } }",
        "{ call: http, with: { method: get, endpoint: { uri: 'https://h', \(bearer) } }, output: { as: A } }",
        "{ call: http, with: { method: get, endpoint: { uri: 'https://h', \(bearer) } }, export: { as: A } }",
        "{ call: http, with: { method: get, endpoint: { uri: A, "
            + "authentication: { digest: { username: a, password: b } } } } }",
        "{ call: http, with: { method: get, endpoint: { uri: 'https://h', "
            + "authentication: { bearer: { token: A } } } } }",
        "{ run: { shell: { command: env, environment: { K: A } } } }",
        "{ call: 'agent:1.0.0', with: { goal: A } }",
    ])
    func `everywhere else it is refused, since there is none or it would be stored`(task: String) throws {
        let faults = #expect(throws: DefinitionFaults.self) {
            try Self.simulation(task.replacing("A", with: "'${ $authorization.parameter }'"))
        }
        #expect(faults?.description.contains("$authorization where no call shows who makes it") == true)
    }
}
