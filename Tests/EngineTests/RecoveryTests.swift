import Core
import Engine
import Testing
import Workflow

@Suite struct RecoveryTests {
    static let broken = Fault(.communication, status: 503, detail: "down")

    @Test func aRetryKeepsTheTaskIdAndCountsTheAttempt() throws {
        var run = try Simulation(
            body: """
                do:
                  - guarded:
                      try:
                        - prepare: { set: { p: 1 } }
                        - ask: { call: 'http', with: { method: get, endpoint: 'https://x.example' } }
                      catch:
                        retry: { delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } }
                """)
        var times = 0
        run.run { _ in
            times += 1
            return times < 4 ? .fault(Self.broken) : .output("ok")
        }
        #expect(run.output == "ok")
        #expect(Set(run.requests.map(\.taskID)).count == 1)
        #expect(run.requests.map(\.request.attempt) == [1, 2, 3, 4])
        #expect(run.seconds == 7)
    }

    @Test(arguments: [
        ("constant: {}", 3.0), ("linear: {}", 6.0), ("exponential: { factor: 3 }", 13.0),
        ("exponential: { maxDelay: PT2S }", 5.0),
    ])
    func theWaitsGrowAsTheBackoffSays(backoff: String, seconds: Double) throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try: [ { f: { raise: { error: { type: 'a:b', status: 500 } } } } ]
                      catch: { retry: { delay: PT1S, backoff: { \(backoff) }, limit: { attempt: { count: 3 } } } }
                """)
        run.run()
        #expect(run.seconds == seconds)
        #expect(run.fault?.type == "a:b")
    }

    @Test func aRetryBeginsWithTheInputOfTheTry() throws {
        var run = try Simulation(
            body: """
                do:
                  - guarded:
                      try:
                        - count: { set: { n: '${ .n + 1 }' } }
                        - ask: { call: http, with: { method: get, endpoint: 'https://x.example', query: '${ . }' } }
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 2 } } } }
                """)
        run.run(["n": 0]) { _ in .fault(Self.broken) }
        #expect(run.requests.map(\.request.arguments["query"]) == [["n": 1], ["n": 1], ["n": 1]])
    }

    @Test func theHandlerRunsOnceRetriesAreExhaustedAndSeesTheError() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try: [ { f: { raise: { error: { type: 'a:b', status: 500, detail: '${ .why }' } } } } ]
                      catch:
                        as: problem
                        retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
                        do:
                          - note:
                              set: { status: '${ $problem.status }', at: '${ $problem.instance }', why: '${ .why }' }
                        then: end
                  - beyond: { set: { no: 1 } }
                """)
        run.run(["why": "because"])
        #expect(run.output == ["status": 500, "at": "/do/0/g/try/0/f", "why": "because"])
        #expect(run.kinds.filter { $0 == .retryScheduled }.count == 1)
    }

    @Test(arguments: [
        ("errors: { with: { status: 404 } }", false), ("errors: { with: { status: 503 } }", true),
        ("errors: { with: { type: 'https://serverlessworkflow.io/dsl/errors/types/communication' } }", true),
        ("when: '.status > 500 and $error.status == 503 and $e.title != null', as: e", true),
        ("exceptWhen: '$error.status == 503'", false), ("when: 'false'", false),
    ])
    func onlyWhatTheFilterFitsIsCaught(filter: String, isCaught: Bool) throws {
        var run = try Simulation(
            body:
                """
                do:
                  - g:
                      try: [ { c: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
                      catch: { \(filter), do: [ { ok: { set: { caught: true } } } ] }
                """
        )
        run.run { _ in .fault(Self.broken) }
        #expect((run.output == ["caught": true]) == isCaught)
        #expect(run.state?.status == (isCaught ? .completed : .faulted))
    }

    @Test func aTimeoutInterruptsWhatIsBelow() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try:
                        - slow:
                            timeout: { after: PT5S }
                            do:
                              - inner:
                                  do: [ { c: { call: 'retrieve:1.0.0', with: { index: a, query: q } } } ]
                      catch:
                        errors: { with: { status: 408 } }
                        do: [ { late: { set: { late: '${ $error.instance }' } } } ]
                """)
        run.run()
        #expect(run.output == ["late": "/do/0/g/try/0/slow"])
        let cancelled = run.events.compactMap { event -> String? in
            if case .taskCancelled(_, let request?, _) = event.outcome { request.function } else { nil }
        }
        #expect(cancelled == ["retrieve:1.0.0"])
        #expect(run.seconds == 5)
    }

    @Test func aTaskDoesNotCatchItsOwnTimeout() throws {
        var run = try Simulation(
            body:
                """
                do:
                  - g:
                      timeout: { after: PT5S }
                      try: [ { w: { wait: PT1H } } ]
                      catch: { do: [ { no: { set: { a: 1 } } } ] }
                """
        )
        run.run()
        #expect(run.fault?.status == 408)
    }

    @Test func theWorkflowsTimeoutEndsIt() throws {
        var run = try Simulation(body: "timeout: { after: PT5S }\ndo: [ { w: { wait: PT1H } } ]")
        run.run()
        #expect(run.fault?.type == Fault.Standard.timeout.type)
        #expect(run.state?.pendingTimers.isEmpty == true)
    }

    @Test func jitterIsDrawnAndYetTheSameEachTime() throws {
        let body = """
            do: [ { g: { try: [ { f: { raise: { error: { type: 'a:b', status: 500 } } } } ],
                catch: { retry: {
                    delay: PT1S, jitter: { from: PT1S, to: PT9S }, limit: { attempt: { count: 1 } } } } } } ]
            """
        var one = try Simulation(body: body)
        var two = try Simulation(body: body)
        one.run()
        two.run()
        #expect(one.events == two.events)
        #expect((2.0...10.0).contains(one.seconds))
    }

    @Test func theTotalDurationBoundsTheRetries() throws {
        var run = try Simulation(
            body:
                """
                do:
                  - g:
                      try: [ { f: { raise: { error: { type: 'a:b', status: 500 } } } } ]
                      catch: { retry: { delay: PT4S, limit: { duration: PT10S } } }
                """
        )
        run.run()
        #expect(run.seconds == 8)
    }
}
