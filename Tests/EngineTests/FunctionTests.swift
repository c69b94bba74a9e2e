import Core
import Engine
import Testing
import Workflow

@Suite struct FunctionTests {
    @Test func theArgumentsAreTheRawInputOfTheFunctionsTask() throws {
        var run = try Simulation(
            body: """
                use:
                  functions:
                    greet:
                      input: { schema: { document: { type: object, required: [ name ] } }, from: '{ n: .name }' }
                      set: { hello: '${ .n }', raw: '${ $task.input }', at: '${ $task.reference }' }
                      output: { as: '. + { done: true }' }
                do:
                  - first: { call: greet, with: { name: '${ .who }' }, output: { as: '{ got: . }' } }
                """)
        run.start(["who": "Ann"])
        #expect(
            run.output == [
                "got": ["hello": "Ann", "raw": ["name": "Ann"], "at": "/use/functions/greet", "done": true]
            ])
    }

    @Test func whatIsWrongWithTheArgumentsIsAValidationError() throws {
        var run = try Simulation(
            body: """
                use: { functions: { f: { input: { schema: { document: { required: [ a ] } } }, set: { x: 1 } } } }
                do: [ { c: { call: f, with: { b: 1 } } } ]
                """)
        run.start()
        #expect(run.fault?.type == Fault.Standard.validation.type)
        #expect(run.fault?.instance == "/use/functions/f")
    }

    @Test func functionsHoldAnyTaskAndCallOthersAndAreRetriedInPlace() throws {
        var run = try Simulation(
            body: """
                use:
                  functions:
                    inner: { call: http, with: { method: get, endpoint: '${ .url }' } }
                    outer:
                      do:
                        - one: { call: inner, with: { url: '${ .base + "/1" }' } }
                        - two: { set: { last: '${ . }' } }
                do:
                  - g:
                      try: [ { c: { call: outer, with: { base: 'https://x.example' } } } ]
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 2 } } } }
                """)
        var attempts: [Int] = []
        run.run { request in
            attempts.append(request.attempt)
            return attempts.count < 3 ? .fault(RecoveryTests.broken) : .output("ok")
        }
        #expect(attempts == [1, 2, 3])
        #expect(Set(run.requests.map(\.taskID)).count == 1)
        #expect(run.output == ["last": "ok"])
    }

    @Test func functionsThatCallOneAnotherWithoutEndAreStopped() throws {
        var run = try Simulation(
            body: """
                use:
                  functions:
                    down: { do: [ { next: { if: '.n > 0', call: down, with: { n: '${ .n - 1 }' } } } ] }
                do: [ { c: { call: down, with: { n: '${ .n }' } } } ]
                """)
        run.start(["n": 20])
        #expect(run.output == ["n": 0])
        run = try Simulation(json: run.definition.document)
        run.start(["n": 1000])
        #expect(run.fault?.type == Fault.Standard.runtime.type)
    }

    @Test func aCatalogueHoldsFunctionsInTheDSL() throws {
        var catalogue = FunctionCatalogue()
        catalogue.add("double", version: "2.1.0", ["set": ["n": "${ .n * 2 }"]])
        catalogue.add("again", version: "1.0.0", catalogue: "ours", ["call": "double:2.1.0", "with": ["n": "${ .n }"]])
        catalogue.add(url: "https://x.example/function.yaml", ["set": "${ .n + 1 }"])
        let definition = try CompiledDefinition(
            parsing: Array(
                """
                document: { dsl: '1.0.3', namespace: test, name: test, version: '1.0.0' }
                do:
                  - a: { call: 'double:2.1.0@default', with: { n: '${ .n }' } }
                  - b: { call: 'again:1.0.0@ours', with: { n: '${ .n }' } }
                  - c: { call: 'https://x.example/function.yaml', with: { n: '${ .n }' } }
                """.utf8), catalogue: catalogue)
        var run = Simulation(definition)
        run.start(["n": 3])
        #expect(run.output == 13)
    }

    @Test func reusablePartsAreFoundByName() throws {
        var run = try Simulation(
            body: """
                use:
                  retries: { twice: { delay: PT1S, backoff: { linear: {} }, limit: { attempt: { count: 2 } } } }
                  timeouts: { short: { after: PT10S } }
                  errors: { bad: { type: 'a:b', status: 500 } }
                timeout: short
                do:
                  - g:
                      try: [ { f: { raise: { error: bad } } } ]
                      catch: { retry: twice, do: [ { w: { wait: PT1H } } ] }
                """)
        run.run()
        #expect(run.fault?.status == 408)
        #expect(run.seconds == 10)
        #expect(run.kinds.filter { $0 == .retryScheduled }.count == 2)
    }
}
