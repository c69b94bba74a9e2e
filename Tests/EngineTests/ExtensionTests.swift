import Core
import Engine
import Testing
import Workflow

@Suite struct ExtensionTests {
    @Test func whatExtensionsDoAroundATaskDoesNotChangeItsData() throws {
        var run = try Simulation(
            body: """
                use:
                  extensions:
                    - first:
                        extend: set
                        before:
                          - b:
                              set: { lost: 1 }
                              export: { as: '{ log: (($context.log // []) + [ "1b \\($task.name)" ]) }' }
                        after:
                          - a:
                              set: { seen: '${ $task.output }', data: '${ . }' }
                              export: { as: '$context + { log: ($context.log + [ "1a \\(.seen.n) \\(.data.n)" ]) }' }
                    - second:
                        extend: all
                        before:
                          - b: { set: { lost: 2 }, export: { as: '$context + { log: ($context.log + [ "2b" ]) }' } }
                do:
                  - one: { set: { n: '${ .n + 1 }' }, output: { as: '. + { out: true }' }, then: three }
                  - two: { set: { no: true } }
                  - three: { do: [ { four: { if: 'false', set: { n: 0 } } } ] }
                output: { as: '{ data: ., log: $context.log }' }
                """)
        run.start(["n": 1])
        #expect(
            run.output == ["data": ["n": 2, "out": true], "log": ["1b one", "2b", "1a 2 2", "2b"]])
    }

    @Test(arguments: ["before", "after"]) func whatFailsAroundATryIsNotCaughtByIt(stage: String) throws {
        var run = try Simulation(
            body: """
                use:
                  extensions:
                    - broken:
                        extend: try
                        \(stage): [ { fails: { raise: { error: { type: 'a:b', status: 500 } } } } ]
                do:
                  - guarded:
                      try: [ { one: { set: { n: 1 } } } ]
                      catch: { do: [ { two: { set: { n: 2 } } } ] }
                """)
        run.run()
        #expect(run.fault?.instance == "/use/extensions/0/broken/\(stage)/0/fails")
        #expect(!run.kinds.contains(.faultHandled))
    }

    @Test func exitBeforeTakesTheTasksPlace() throws {
        var run = try Simulation(
            body: """
                use:
                  extensions:
                    - mock:
                        extend: call
                        when: ${ $task.definition.with.endpoint | startswith("https://mocked.example") }
                        before:
                          - ready: { set: { statusCode: 200 }, then: exit }
                          - never: { set: { no: 1 } }
                        after: [ { no: { raise: { error: { type: 'a:b', status: 500 } } } } ]
                do:
                  - a: { call: http, with: { method: get, endpoint: 'https://mocked.example/x' }, then: c }
                  - b: { set: { no: 1 } }
                  - c: { set: '${ . + { c: true } }' }
                """)
        run.start()
        #expect(run.output == ["statusCode": 200, "c": true])
        #expect(run.requests.isEmpty)
    }

    @Test(arguments: [(true, JSON.string("refunded")), (false, JSON.null)])
    func aPolicyGateStandsBeforeACall(allow: Bool, output: JSON) throws {
        var run = try Simulation(
            body: """
                use:
                  extensions:
                    - policy:
                        extend: call
                        when: ${ $task.definition.call == "http" }
                        before:
                          - evaluate:
                              call: policy:1.0.0@default
                              with: { policy: tools, input: '${ { call: $task.name, data: . } }' }
                          - deny:
                              if: ${ .allow != true }
                              raise:
                                error: { type: 'https://x.example/errors/authorization', status: 403 }
                do:
                  - refund: { call: http, with: { method: post, endpoint: 'https://pay.example' } }
                """)
        run.run(["order": 7]) { request in
            if request.function == "http" { return .output("refunded") }
            #expect(request.arguments["input"] == ["call": "refund", "data": ["order": 7]])
            return .output(["allow": .bool(allow)])
        }
        #expect((run.output ?? .null) == output)
        if !allow {
            #expect(run.fault?.status == 403)
            #expect(run.fault?.instance == "/use/extensions/0/policy/before/1/deny")
        }
    }

    @Test func aRetriedCallUnderAnExtensionKeepsItsNumber() throws {
        var run = try Simulation(
            body: """
                use: { extensions: [ { e: { extend: call, before: [ { w: { wait: PT1S } } ] } } ] }
                do:
                  - g:
                      try: [ { c: { call: http, with: { method: get, endpoint: 'https://x' } } } ]
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
                """)
        run.run { request in request.attempt == 1 ? .fault(RecoveryTests.broken) : .output("ok") }
        #expect(run.output == "ok")
        #expect(run.requests.map(\.request.attempt) == [1, 2])
        #expect(Set(run.requests.map(\.taskID)).count == 1)
        #expect(run.seconds == 3)
    }

    @Test func endInAnExtensionEndsTheExecution() throws {
        var run = try Simulation(
            body: """
                use:
                  extensions: [ { e: { extend: set, after: [ { stop: { switch: [ { s: { then: 'end' } } ] } } ] } } ]
                do: [ { a: { set: { x: 1 } } }, { b: { set: { x: 2 } } } ]
                """)
        run.start()
        #expect(run.output == ["x": 1])
    }
}
