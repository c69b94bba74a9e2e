import Core
import Engine
import Testing
import Workflow

@Suite struct ListenIterationTests {
    @Test func eventsAreWorkedOnOneAfterTheOtherInTheirOrder() throws {
        var run = try Simulation(
            body: """
                do:
                  - w:
                      listen: { to: { any: [ { with: { type: a } } ], until: '(. | length) >= 3' } }
                      foreach:
                        item: event
                        at: i
                        do:
                          - ask:
                              call: 'llm:1.0.0'
                              with: { prompt: p, what: '${ $event }', at: '${ $i }', data: '${ . }' }
                        output: { as: '${ { i: $i, of: $event, gave: . } }' }
                        export: { as: '(($context // []) + [ .gave ])' }
                output: { as: '{ list: ., context: $context }' }
                """)
        run.start()
        for n in 0..<4 as Range<Int64> { run.tell(ListenTests.event("a", "\(n)", .integer(n * 10))) }
        #expect(run.requests.map(\.request.arguments) == [["prompt": "p", "what": 0, "at": 0, "data": 0]])
        var gave: Int64 = 0
        run.run { _ in
            gave += 1
            return .output(.integer(gave))
        }
        #expect(
            run.requests.map(\.request.arguments) == [
                ["prompt": "p", "what": 0, "at": 0, "data": 0], ["prompt": "p", "what": 10, "at": 1, "data": 10],
                ["prompt": "p", "what": 20, "at": 2, "data": 20],
            ])
        #expect(
            run.output == [
                "list": [
                    ["i": 0, "of": 0, "gave": 1], ["i": 1, "of": 10, "gave": 2], ["i": 2, "of": 20, "gave": 3],
                ],
                "context": [1, 2, 3],
            ])
    }

    @Test func withoutTasksTheOutputIsMadeOfTheEvent() throws {
        var run = try Simulation(
            body: """
                do:
                  - w:
                      listen: { to: { any: [], until: length == 2 } }
                      foreach: { output: { as: '. + $index' } }
                """)
        run.start()
        run.tell(ListenTests.event("a", "1", 5))
        run.tell(ListenTests.event("b", "2", 5))
        #expect(run.output == [5, 6])
    }

    @Test func aListenForEverHoldsNothingButCanTimeOutFailAndEndTheWorkflow() throws {
        let body = """
            do:
              - w:
                  timeout: { after: PT1H }
                  listen: { to: { any: [], until: '${ false }' } }
                  foreach:
                    do:
                      - s:
                          switch:
                            - stop: { when: '. == "stop"', then: end }
                            - fail: { when: '. == "fail"', then: fail }
                          then: exit
                      - fail: { raise: { error: { type: 'a:b', status: 500 } } }
              - beyond: { set: { never: true } }
            """
        var run = try Simulation(body: body)
        run.start()
        for n in 0..<50 { run.tell(ListenTests.event("a", "\(n)", "go")) }
        #expect(run.state.map { $0.json.text().utf8.count } ?? 0 < 4000)
        var (failing, late) = (run, run)
        run.tell(ListenTests.event("a", "z", "stop"))
        #expect(run.state?.status == .completed)
        #expect(run.output == "stop")
        failing.tell(ListenTests.event("a", "z", "fail"))
        #expect(failing.fault?.type == "a:b")
        late.run()
        #expect(late.fault?.status == 408)
    }

    @Test func whileSuspendedEventsAreKeptAndNothingIsStarted() throws {
        var run = try Simulation(
            body: """
                do: [ { w: { listen: { to: { any: [], until: length == 2 } },
                  foreach: { do: [ { c: { call: 'llm:1.0.0', with: { prompt: p } } } ] } } } ]
                """)
        run.start()
        run.send(.suspend(reason: "look"))
        run.tell(ListenTests.event("a", "1", 1))
        run.tell(ListenTests.event("a", "2", 2))
        #expect(run.requests.isEmpty)
        run.send(.resume)
        #expect(run.requests.count == 1)
        run.run { _ in .output("done") }
        #expect(run.output == ["done", "done"])
    }

    @Test func onlyTasksThatCannotRunAgainNarrowTheirSubscription() throws {
        let run = try Simulation(
            body: """
                do:
                  - before: { listen: { to: { one: { with: { type: a } } } } }
                  - from: { do: [ { inner: { listen: { to: { one: { with: { type: a } } } } } } ] }
                  - back: { set: { x: 1 }, then: from }
                  - after: { listen: { to: { one: { with: { type: a } } } } }
                  - try:
                      try: [ { once: { listen: { to: { one: { with: { type: a } } } } } } ]
                      catch: {}
                  - retry:
                      try: [ { more: { listen: { to: { one: { with: { type: a } } } } } } ]
                      catch: { retry: { delay: PT1S } }
                  - each:
                      listen: { to: { any: [] } }
                      foreach: { do: [ { body: { listen: { to: { one: { with: { type: a } } } } } } ] }
                """)
        let repeated = run.definition.listens.filter { !$0.isOnce }.map(\.task)
        #expect(
            repeated == [
                "/do/1/from/do/0/inner", "/do/5/retry/try/0/more", "/do/6/each", "/do/6/each/foreach/do/0/body",
            ])
        #expect(run.definition.listens.count == 7)
    }

    @Test func aRestartFromTheStoredFormAtEveryStepChangesNothing() throws {
        let body = """
            do:
              - p: { wait: PT1S }
              - w:
                  listen:
                    to:
                      any: [ { with: { type: a }, correlate: { k: { from: .subject } } } ]
                      until: length == 3
                  foreach:
                    do:
                      - c: { call: 'llm:1.0.0', with: { prompt: p, x: '${ $item }' } }
                      - r: { wait: PT1S }
            """
        func play(restarting: Bool) throws -> Simulation {
            var run = try Simulation(body: body)
            run.restarts = restarting
            run.start()
            for n in 0..<8 as Range<Int64> {
                run.tell(ListenTests.event("a", "\(n)", .integer(n), ["subject": .string(n % 3 == 1 ? "no" : "k")]))
            }
            run.run { .output($0.arguments) }
            return run
        }
        let (plain, restarted) = (try play(restarting: false), try play(restarting: true))
        #expect(plain.output == [["prompt": "p", "x": 0], ["prompt": "p", "x": 2], ["prompt": "p", "x": 3]])
        #expect(plain.events == restarted.events)
    }
}
