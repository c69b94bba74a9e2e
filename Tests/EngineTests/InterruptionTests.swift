import Core
import Engine
import Testing
import Workflow

/// Calls that are under way when something ends them: each is called off, once.
@Suite struct InterruptionTests {
    private static let call = "{ call: http, with: { method: get, endpoint: 'https://x.example' } }"

    /// What was asked for, and what was called off, as `function attempt`.
    private static func calledOff(_ run: Simulation) -> [String] {
        run.events.compactMap { event in
            switch event.outcome {
            case .taskCancelled(_, let request?, _), .requestCancelled(_, let request, _):
                "\(event.taskID ?? "") \(request.attempt)"
            default: nil
            }
        }
    }

    @Test func `a call's own time-out calls it off, and a retry is its next attempt`() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try: [ { a: { timeout: { after: PT5S }, \(Self.call.dropFirst(2)) } ]
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
                """)
        var asked = 0
        run.run { _ in
            asked += 1
            return asked == 1 ? .silence : .output("fine")
        }
        #expect(run.output == "fine")
        #expect(Self.calledOff(run) == ["x:2 1"])
        #expect(run.requests.map(\.taskID) == ["x:2", "x:2"] && run.requests.map(\.request.attempt) == [1, 2])
    }

    @Test(arguments: [
        // The time-outs of what is around.
        ("timeout: { after: PT5S }\ndo: [ { a: \(call) } ]\n", ["x:1 1"]),
        ("do: [ { o: { timeout: { after: PT5S }, do: [ { a: \(call) } ] } } ]\n", ["x:2 1"]),
        // An attempt that takes too long.
        (
            "do: [ { g: { try: [ { a: \(call) } ], "
                + "catch: { retry: { delay: PT1S, limit: { attempt: { count: 1, duration: PT5S } } } } } } ]\n",
            ["x:2 1", "x:3 1"]
        ),
        // Losers of a race, and of a race inside of a loop inside of a branch.
        (
            "do: [ { f: { fork: { compete: true, branches: [ { w: { wait: PT1S } }, { a: \(call) } ] } } } ]\n",
            ["x:3 1"]
        ),
        (
            "do: [ { f: { fork: { compete: true, branches: [ { w: { wait: PT1S } }, "
                + "{ l: { for: { in: '${ [ 1 ] }' }, do: [ { a: \(call) } ] } } ] } } } ]\n", ["x:4 1"]
        ),
        // A branch that fails, and one that ends the execution.
        (
            "do: [ { f: { fork: { branches: [ { a: \(call) }, { o: { do: [ { w: { wait: PT1S } }, "
                + "{ r: { raise: { error: { type: 'x:y', status: 500 } } } } ] } } ] } } } ]\n", ["x:2 1"]
        ),
        (
            "do: [ { f: { fork: { branches: [ { a: \(call) }, "
                + "{ o: { do: [ { w: { wait: PT1S, then: end } } ] } } ] } } } ]\n", ["x:2 1"]
        ),
    ])
    func `whatever ends a task that calls, calls off the call`(body: String, calledOff: [String]) throws {
        var run = try Simulation(body: body)
        run.run()
        #expect(run.state?.status.isFinal == true)
        #expect(Self.calledOff(run) == calledOff)
    }

    @Test func `an interrupted attempt leaves nothing open, and an attempt in time no timer`() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try:
                        - f: { fork: { branches: [ { w: { wait: PT1M } }, { a: \(Self.call) } ] } }
                      catch:
                        retry: { delay: PT10S, limit: { attempt: { count: 3, duration: PT5S } } }
                        do: [ { h: { wait: PT1M } } ]
                """)
        run.start()
        #expect(run.state?.pendingTimers.map(\.purpose).contains(.attempt(1)) == true)
        run.now = run.now + .seconds(5)
        let due = try #require(run.state?.pendingTimers.first { $0.purpose == .attempt(1) })
        run.send(.timerFired(timerID: due.id))
        #expect(run.state?.openTasks == ["/do/0/g"])
        #expect(run.state?.pendingTimers.map(\.purpose) == [.retry(1)])
        #expect(run.state?.outstandingTasks.isEmpty == true)
        run.run()
        #expect(run.state?.status == .completed)
        #expect(run.requests.count == 4)
        // Four attempts of five seconds, three pauses of ten, and the handler, whose time nobody limits.
        #expect(run.seconds == 110)
    }

    @Test(arguments: [
        "timeout: { after: PT5S }, do: [ { a: \(call) }, { w: { wait: P1D } } ]",
        "try: [ { a: \(call) }, { w: { wait: P1D } } ], "
            + "catch: { retry: { limit: { attempt: { count: 0, duration: PT5S } } } }",
    ])
    func `a time that is over while the execution is suspended is over, whatever comes meanwhile`(task: String) throws {
        for succeeds in [true, false] {
            var run = try Simulation(body: "do: [ { g: { \(task) } } ]\n")
            run.start()
            run.send(.suspend(reason: "night"))
            let timer = try #require(run.state?.pendingTimers.first)
            run.send(.timerFired(timerID: timer.id))
            let id = run.requests[0].taskID
            run.send(
                succeeds
                    ? .taskCompleted(taskID: id, attempt: 1, output: 1, usage: nil)
                    : .taskFailed(taskID: id, attempt: 1, fault: Fault(.communication), usage: nil))
            run.send(.resume)
            #expect(run.state?.status == .faulted && run.fault?.status == 408)
        }
    }

    /// An execution that was suspended at once, with all that is due within `seconds` come before it goes on.
    private static func resumed(
        _ task: String, after seconds: Int, _ meanwhile: (inout Simulation) -> Void = { _ in }
    ) throws -> Simulation {
        var run = try Simulation(body: "do: [ { g: { \(task) } } ]\n")
        run.start()
        meanwhile(&run)
        run.send(.suspend(reason: "night"))
        let end = run.now + .seconds(seconds)
        while let timer = run.state?.pendingTimers.min(by: { $0.due < $1.due }), timer.due <= end {
            run.now = timer.due
            run.send(.timerFired(timerID: timer.id))
        }
        run.now = end
        run.send(.resume)
        return run
    }

    @Test(arguments: [
        "timeout: { after: PT5S }, try: [ { a: \(call) } ], catch: "
            + "{ retry: { delay: PT1S, limit: { attempt: { count: 9, duration: PT10S } } } }",
        "timeout: { after: PT5S }, wait: PT10S",
    ])
    func `a time that is over in a pause stays over, whatever else is over after it`(task: String) throws {
        let run = try Self.resumed(task, after: 20)
        #expect(run.fault?.status == 408 && run.fault?.detail == "the time-out passed")
    }

    @Test func `a time that is over in a pause leaves nothing to be retried`() throws {
        let retry = "retry: { delay: PT10S, limit: { attempt: { count: 9, duration: PT1M } } }"
        let task = "timeout: { after: PT5S }, try: [ { a: \(Self.call) } ], catch: { \(retry) }"
        let run = try Self.resumed(task, after: 20) { $0.fail($0.requests[0].taskID, Fault(.communication)) }
        #expect(run.fault?.detail == "the time-out passed" && run.requests.count == 1)
        #expect(run.events.filter { $0.kind == .timerSet && $0.json.text().contains("attempt") }.count == 1)
    }

    @Test func `an error that came in a pause counts, though the attempt's time is over before its end`() throws {
        var run = try Simulation(
            body: "do: [ { g: { try: [ { a: \(Self.call) } ], catch: { errors: { with: { status: 404 } }, "
                + "retry: { limit: { attempt: { count: 0, duration: PT5S } } }, "
                + "do: [ { h: { set: { x: 1 } } } ] } } } ]\n"
        )
        run.start()
        run.send(.suspend(reason: "night"))
        run.fail(run.requests[0].taskID, Fault(.communication, status: 404))
        let timer = try #require(run.state?.pendingTimers.first)
        run.now = timer.due
        run.send(.timerFired(timerID: timer.id))
        run.send(.resume)
        #expect(run.output == ["x": 1])
    }

    @Test func `a suspended execution is told of the interruption when it goes on`() throws {
        var run = try Simulation(body: "do: [ { a: { timeout: { after: PT5S }, \(Self.call.dropFirst(2)) } ]\n")
        run.restarts = true
        run.start()
        run.send(.suspend(reason: "night"))
        let timer = try #require(run.state?.pendingTimers.first)
        run.send(.timerFired(timerID: timer.id))
        #expect(Self.calledOff(run).isEmpty)
        run.send(.resume)
        #expect(Self.calledOff(run) == ["x:1 1"] && run.fault?.status == 408)
    }
}
