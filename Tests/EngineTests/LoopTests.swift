import Core
import Engine
import Testing
import Workflow

@Suite struct LoopTests {
    @Test func theOutputOfAnIterationIsTheInputOfTheNext() throws {
        var run = try Simulation(
            body: """
                do:
                  - loop:
                      for: { each: color, in: .colors, at: n }
                      do:
                        - add: { set: { all: '${ .all + [ { c: $color, n: $n } ] }' } }
                """)
        run.start(["colors": ["red", "blue"]])
        #expect(run.output == ["all": [["c": "red", "n": 0], ["c": "blue", "n": 1]]])
        #expect(run.kinds.filter { $0 == .iterationStarted }.count == 2)
    }

    @Test func itemsMayStandInTheDefinitionAndNamesHaveDefaults() throws {
        var run = try Simulation(
            body: """
                do:
                  - loop:
                      for: { in: [ { name: red }, { name: '${ .second }' } ] }
                      do:
                        - add: { set: { second: '${ .second }', s: '${ (.s // "") + "\\($index)\\($item.name)" }' } }
                output: { as: .s }
                """)
        run.start(["second": "blue"])
        #expect(run.output == "0red1blue")
    }

    @Test func whileIsAskedBeforeEachIterationAndSeesTheItem() throws {
        var run = try Simulation(
            body: """
                do:
                  - loop:
                      for: { each: x, in: '[ range(10) ]' }
                      while: .sum < 6 and $x < 8
                      do: [ { add: { set: { sum: '${ .sum + $x }' } } } ]
                """)
        run.start(["sum": 0])
        #expect(run.output == ["sum": 6])
        run = try Simulation(
            body: "do: [ { l: { for: { in: '[ 1 ]' }, while: 'false', do: [ { s: { set: { x: 1 } } } ] } } ]")
        run.start("same")
        #expect(run.output == "same")
    }

    @Test func exitEndsTheIterationAndEndTheWorkflow() throws {
        var run = try Simulation(
            body: """
                do:
                  - loop:
                      for: { each: x, in: '[ 1, 2, 3, 4 ]' }
                      do:
                        - odd:
                            switch:
                              - yes: { when: $x % 2 == 1, then: exit }
                              - stop: { when: $x == 4, then: last }
                        - add: { set: { even: '${ .even + [ $x ] }' }, then: exit }
                        - last: { set: { even: '${ .even }', ended: true }, then: end }
                  - beyond: { set: { no: 1 } }
                """)
        run.start()
        #expect(run.output == ["even": [2], "ended": true])
    }

    @Test func callsInALoopHaveAnIterationAndARetryFindsTheRightOne() throws {
        var run = try Simulation(
            body: """
                do:
                  - guarded:
                      try:
                        - outer:
                            for: { each: a, in: '[ 0, 1 ]' }
                            do:
                              - inner:
                                  for: { each: b, in: '[ 0, 1 ]' }
                                  do:
                                    - c:
                                        call: http
                                        with: { method: get, endpoint: '${ "https://x.example/\\($a)\\($b)" }' }
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
                """)
        var failed = false
        var asked: [String] = []
        run.run { request in
            let endpoint = request.arguments["endpoint"]?.string ?? ""
            asked.append("\(endpoint.suffix(2)) \(request.attempt)")
            if endpoint.hasSuffix("11"), !failed {
                failed = true
                return .fault(RecoveryTests.broken)
            }
            return .output(["e": .string(endpoint)])
        }
        #expect(asked == ["00 1", "01 1", "10 1", "11 1", "00 1", "01 1", "10 1", "11 2"])
        let iterations = run.events.compactMap { event -> Int? in
            if case .taskRequested(let run, _) = event.outcome { run.iteration } else { nil }
        }
        #expect(iterations == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(run.state?.status == .completed)
    }

    @Test(arguments: ["5", ".none", "error"])
    func whatIsNoArrayIsAnExpressionError(items: String) throws {
        var run = try Simulation(body: "do: [ { l: { for: { in: '\(items)' }, do: [ { s: { set: { x: 1 } } } ] } } ]")
        run.start([:])
        #expect(run.fault?.type == Fault.Standard.expression.type)
        #expect(run.fault?.instance == "/do/0/l")
    }

    @Test func anErrorInAnIterationHasThePointerIntoTheDefinition() throws {
        var run = try Simulation(
            body:
                """
                do:
                  - l:
                      for: { in: '[ 1, 2 ]' }
                      do: [ { f: { if: $item == 2, raise: { error: { type: 'a:b', status: 500 } } } } ]
                """
        )
        run.start()
        #expect(run.fault?.instance == "/do/0/l/do/0/f")
    }

    @Test func aTimeoutInterruptsALoop() throws {
        var run = try Simulation(
            body:
                """
                do:
                  - l: { timeout: { after: PT5S }, for: { in: '[ range(9) ]' }, do: [ { w: { wait: PT2S } } ] }
                """
        )
        run.run()
        #expect(run.fault == Fault(.timeout, detail: "the time-out passed", instance: "/do/0/l"))
        #expect(run.seconds == 5)
    }
}
