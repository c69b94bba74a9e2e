import Core
import Engine
import Expressions
import Testing
import Workflow

@Suite struct SecretTests {
    @Test func whatReadsSecretsIsLeftToWhoHasThem() throws {
        var run = try Simulation(
            body: """
                use: { secrets: [ token ] }
                do:
                  - c:
                      call: http
                      with:
                        method: get
                        endpoint: https://x.example
                        headers:
                          Authorization: ${ "Bearer \\($secrets.token) \\(.n) \\($workflow.id)" }
                          Plain: ${ .n }
                """)
        run.start(["n": "7"])
        let request = run.requests[0].request
        #expect(request.arguments["headers"] == ["Authorization": nil, "Plain": "7"])
        let deferred = try #require(request.deferred)
        #expect(deferred.secrets == ["token"])
        #expect(deferred.places.map(\.pointer.description) == ["/headers/Authorization"])
        let value = try deferred.evaluate(deferred.places[0].source, secrets: ["token": "s3cret"])
        #expect(value == "Bearer s3cret 7 x")
        for event in run.events { #expect(!event.json.text().contains("s3cret")) }
    }

    @Test func withoutSecretsNothingTravelsBesideTheArguments() throws {
        var run = try Simulation(body: "do: [ { c: { call: http, with: { method: get, endpoint: 'https://x' } } } ]")
        run.start()
        #expect(run.requests[0].request.deferred == nil)
    }

    @Test func nowIsTheMomentOfTheDecision() throws {
        var run = try Simulation(
            body: """
                do:
                  - a: { set: { at: '${ now }' } }
                  - w: { wait: PT90S }
                  - b: { set: { at: '${ .at }', later: '${ now | todate }', same: '${ now == now }' } }
                """)
        run.run()
        #expect(run.output == ["at": 1_700_000_000, "later": "2023-11-14T22:14:50Z", "same": true])
    }
}
