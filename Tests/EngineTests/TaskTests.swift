import Core
import Engine
import Testing
import Workflow

@Suite struct TaskTests {
    @Test func aWorkflowOfPureTasksCompletesInOneDecision() throws {
        var run = try Simulation(
            body: """
                do:
                  - first: { set: { a: 1, b: yes, c: '2' } }
                  - second:
                      do:
                        - inner: { set: { done: true } }
                """)
        run.start()
        #expect(run.output == ["done": true])
        #expect(
            run.kinds == [
                .executionStarted, .taskCompleted, .taskStarted, .taskCompleted, .taskCompleted, .executionCompleted,
            ])
    }

    @Test func setReplacesTheDataAndSeesIt() throws {
        var run = try Simulation(
            body:
                "do: [ { a: { set: { n: '${ .n + 1 }', keep: '${ $input.n }' } } }, { b: { set: '${ {only: .n} }' } } ]"
        )
        run.start(["n": 1])
        #expect(run.output == ["only": 2])
    }

    @Test(arguments: [("red", ["red"]), ("blue", ["other"])] as [(String, JSON)])
    func switchTakesTheFirstCaseThatHoldsOrTheDefault(color: String, expected: JSON) throws {
        var run = try Simulation(
            body: """
                do:
                  - choose:
                      switch:
                        - otherwise: { then: other }
                        - red: { when: '.color == "red"', then: red }
                  - red: { set: { c: '${ [ $input.color ] }' }, then: end }
                  - other: { set: { c: [ other ] } }
                output: { as: .c }
                """)
        run.start(["color": .string(color)])
        #expect(run.output == expected)
    }

    @Test func aSwitchWithoutAMatchGoesOnWithItsOwnThen() throws {
        var run = try Simulation(
            body: "do: [ { s: { switch: [ { a: { when: .x, then: b } } ], then: end } }, { b: { set: { no: 1 } } } ]")
        run.start(["x": false])
        #expect(run.output == ["x": false])
    }

    @Test func aSkippedTaskPassesItsInputOnAndItsThenDoesNotApply() throws {
        var run = try Simulation(
            body: "do: [ { a: { if: .no, set: { x: 1 }, then: end } }, { b: { set: { n: '${ .n }', b: true } } } ]")
        run.start(["n": 5])
        #expect(run.output == ["n": 5, "b": true])
    }

    @Test func directivesContinueExitEndAndJumpBack() throws {
        var run = try Simulation(
            body: """
                do:
                  - count: { set: { n: '${ (.n // 0) + 1 }' } }
                  - again: { switch: [ { more: { when: .n < 5, then: count } } ] }
                  - inner:
                      do:
                        - leave: { set: { n: '${ .n * 10 }' }, then: exit }
                        - never: { set: { n: 0 } }
                  - last: { do: [ { stop: { set: { n: '${ .n + 1 }' }, then: end } } ] }
                  - beyond: { set: { n: -1 } }
                """)
        run.start()
        #expect(run.output == ["n": 51])
    }

    @Test func anEndlessLoopFaultsInsteadOfHanging() throws {
        var run = try Simulation(body: "do: [ { a: { try: [ { b: { set: { x: 1 } } } ], catch: {}, then: a } } ]")
        run.start()
        #expect(run.fault?.type == Fault.Standard.runtime.type)
    }

    @Test func dataThatDoublesForEverFaultsInsteadOfFillingMemory() throws {
        var run = try Simulation(body: "do: [ { a: { set: { x: '${ [ .x, .x ] }' }, then: a } } ]")
        run.start(["x": "seed"])
        #expect(run.state?.status == .faulted)
    }

    @Test func raiseEndsWithTheErrorAndThePointer() throws {
        var run = try Simulation(
            body: """
                use: { errors: { known: { type: 'https://x.example/e', status: 418, title: T } } }
                do: [ { outer: { do: [ { fail: { raise: { error: known } } } ] } } ]
                """)
        run.start()
        #expect(
            run.fault
                == Fault(type: "https://x.example/e", status: 418, title: "T", instance: "/do/0/outer/do/0/fail"))
    }

    @Test func emitPublishesTheEventAndGivesItOn() throws {
        var run = try Simulation(
            body: "do: [ { e: { emit: { event: { with: { type: a.b.v1, data: { hi: '${ .name }' } } } } } } ]")
        run.start(["name": "Ann"])
        #expect(run.kinds.contains(.eventEmitted))
        #expect(run.output?["data"] == ["hi": "Ann"])
        #expect(run.output?["id"] == "x:1")
        #expect(run.output?["specversion"] == "1.0")
        #expect(run.output?["time"] == .string(run.now.description))
    }

    @Test func waitWaitsAndPassesItsInputOn() throws {
        var run = try Simulation(body: "do: [ { w: { wait: { minutes: 2 } } }, { v: { wait: '${ .for }' } } ]")
        run.start(["for": "PT3S"])
        #expect(run.state?.status == .waiting)
        run.run()
        #expect(run.output == ["for": "PT3S"])
        #expect(run.seconds == 123)
    }

    @Test func callsAskForTheFunctionWithEvaluatedArguments() throws {
        var run = try Simulation(
            body: """
                do:
                  - ask:
                      call: agent:1.0.0@default
                      with: { goal: '${ "Do \\(.what)" }', budget: { turns: 2 } }
                      output: { as: .answer }
                      timeout: { after: PT1M }
                """)
        run.start(["what": "it"])
        #expect(run.requests.map(\.request.function) == ["agent:1.0.0"])
        #expect(run.requests[0].request.arguments == ["goal": "Do it", "budget": ["turns": 2]])
        #expect(run.requests[0].request.deadline == run.now + .seconds(60))
        run.run { _ in .output(["answer": 42]) }
        #expect(run.output == 42)
        #expect(run.kinds.contains(.timerCancelled))
    }

    @Test func endpointsAreTemplatesOverTheInputAndOnlyTheDefinitionsOwn() throws {
        var run = try Simulation(
            body: """
                do:
                  - a: { call: http, with: { method: get, endpoint: 'https://x.example/{id}/{none}' } }
                  - b: { call: http, with: { method: get, endpoint: { uri: 'https://x.example/{id}' } } }
                  - c: { call: http, with: { method: get, endpoint: '${ .url }' } }
                """)
        let input: JSON = ["id": "a b", "url": "https://x.example/{id}"]
        run.run(input) { _ in .output(input) }
        #expect(
            run.requests.map(\.request.arguments["endpoint"]) == [
                "https://x.example/a%20b/", ["uri": "https://x.example/a%20b"], "https://x.example/{id}",
            ])
    }

    @Test func theDeadlineOfACallIsTheNearestTimeOutAroundIt() throws {
        let call = "{ call: http, with: { method: get, endpoint: 'https://x.example' }"
        var run = try Simulation(
            body: """
                timeout: { after: PT1H }
                do:
                  - other: { fork: { branches: [
                      { near: { do: [ { a: \(call), timeout: { after: PT9S } } } ], timeout: { after: PT5S } } },
                      { far: { do: [ { b: \(call) } } ] } } ] } }
                """)
        run.start()
        #expect(run.requests.map(\.request.deadline) == [run.now + .seconds(5), run.now + .seconds(3600)])
    }
}
