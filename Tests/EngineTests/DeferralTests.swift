import Core
import Engine
import Expressions
import Testing
import Workflow

@Suite struct DeferralTests {
    private func request(_ body: String, _ input: JSON) throws -> TaskRequest {
        var run = try Simulation(body: body)
        run.start(input)
        return try #require(run.requests.first?.request)
    }

    @Test func whatMentionsSecretsIsLeftToTheFunction() throws {
        let request = try request(
            """
            use: { secrets: [ key, login ] }
            do:
              - a:
                  call: http
                  with:
                    method: get
                    endpoint: 'https://h/{id}'
                    headers: { x-who: '${ .who }', x-key: '${ .who + $secrets.key + $input.who }' }
                    query: { list: '${ [ $secrets.key ] }' }
            """, ["id": 7, "who": "ann"])
        #expect(request.arguments["endpoint"] == "https://h/7")
        #expect(request.arguments["headers"] == ["x-who": "ann", "x-key": nil])
        #expect(request.arguments["query"] == ["list": nil])
        let deferred = try #require(request.deferred)
        #expect(deferred.secrets == ["key", "login"])
        #expect(deferred.places.map(\.pointer.description) == ["/headers/x-key", "/query/list"])
        #expect(deferred.input == ["id": 7, "who": "ann"])
        #expect(deferred.variables == ["input": ["id": 7, "who": "ann"]])
        let value = try deferred.evaluate(deferred.places[0].source, secrets: ["key": "-k-"])
        #expect(value == "ann-k-ann")
    }

    @Test func withoutSecretsNothingIsDeferred() throws {
        let request = try request(
            "do: [ { a: { call: http, with: { method: get, endpoint: 'https://h' } } } ]", ["id": 1])
        #expect(request.deferred == nil)
    }

    @Test func reusedPoliciesAndScriptsReadSecretsToo() throws {
        let policy = try request(
            """
            use:
              secrets: [ key ]
              authentications: { mine: { bearer: { token: '${ $secrets.key }' } } }
            do:
              - a:
                  call: http
                  with: { method: get, endpoint: { uri: 'https://h', authentication: { use: mine } } }
            """, nil)
        #expect(policy.deferred?.places.map(\.pointer.description) == ["/endpoint/authentication/bearer/token"])
        let script = try request(
            """
            use: { secrets: [ key ] }
            do: [ { a: { run: { shell: { command: 'env', environment: { KEY: '${ $secrets.key }' } } } } } ]
            """, nil)
        #expect(script.deferred?.places.map(\.pointer.description) == ["/environment/KEY"])
    }

    @Test(arguments: [
        "do: [ { a: { set: { x: '${ $secrets.key }' } } } ]",
        "do: [ { a: { set: { x: 1 }, output: { as: $secrets.key } } } ]",
        "do: [ { a: { if: '${ $secrets.key }', set: { x: 1 } } } ]",
        "do: [ { a: { input: { from: $secrets.key }, set: { x: 1 } } } ]",
    ])
    func secretsCannotBecomeData(body: String) {
        #expect(throws: DefinitionFaults.self) { try Simulation(body: "use: { secrets: [ key ] }\n" + body) }
    }

    @Test func templatesOfEveryEndpointAreExpandedAndNoOthers() throws {
        let openapi = try request(
            """
            do:
              - a:
                  call: openapi
                  with:
                    document: { endpoint: 'https://h/{id}.json' }
                    operationId: '{id}'
            """, ["id": "a b"])
        #expect(openapi.arguments["document"] == ["endpoint": "https://h/a%20b.json"])
        #expect(openapi.arguments["operationId"] == "{id}")
        let mcp = try request(
            """
            do:
              - a:
                  call: mcp
                  with: { method: tools/list, transport: { http: { endpoint: '${ .uri }' } } }
            """, ["uri": "https://h/{id}", "id": 1])
        #expect(mcp.arguments["transport"] == ["http": ["endpoint": "https://h/{id}"]])
    }

    @Test func anEndpointFromDataNamesNoCredentials() throws {
        var run = try Simulation(
            body: """
                use: { secrets: [ key ] }
                do:
                  - a:
                      call: http
                      with: { method: get, endpoint: '${ .endpoint }', query: { k: '${ $secrets.key }' } }
                """)
        run.start(["endpoint": ["uri": "https://evil", "authentication": ["bearer": ["use": "key"]]]])
        #expect(run.requests.isEmpty)
        #expect(run.state?.status == .faulted)
    }
}
