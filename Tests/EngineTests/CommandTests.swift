import Core
import Engine
import Testing
import Workflow

@Suite struct CommandTests {
    static let body = """
        do:
          - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
          - pause: { wait: PT1M }
          - done: { set: { done: true } }
        """

    @Test func lateAndRepeatedResultsChangeNothing() throws {
        var run = try Simulation(body: Self.body)
        run.start()
        let (id, _) = run.requests[0]
        #expect(id == "x:1")
        for (taskID, attempt) in [(id, 2), (id, 0), ("x:2", 1), ("y:1", 1), ("x", 1), ("x:1:1", 1), ("", 1)] {
            #expect(run.send(.taskCompleted(taskID: taskID, attempt: attempt, output: 1, usage: nil)) == .accepted([]))
            let fault = Fault(.runtime)
            #expect(run.send(.taskFailed(taskID: taskID, attempt: attempt, fault: fault, usage: nil)) == .accepted([]))
        }
        run.send(.taskCompleted(taskID: id, attempt: 1, output: 1, usage: ["tokens": 5]))
        #expect(run.send(.taskCompleted(taskID: id, attempt: 1, output: 2, usage: nil)) == .accepted([]))
        #expect(run.send(.timerFired(timerID: "x:t9")) == .accepted([]))
        #expect(run.send(.eventReceived(subscriptionID: "s", event: [:])) == .accepted([]))
        run.run()
        #expect(run.send(.timerFired(timerID: "x:t1")) == .accepted([]))
        #expect(run.output == ["done": true])
    }

    @Test func aRepeatedStartChangesNothingAndAStrangeOneIsRejected() throws {
        var run = try Simulation(body: Self.body)
        let other = DefinitionReference(namespace: "test", name: "other", version: "1.0.0")
        guard
            case .rejected(let rejection) = run.send(
                .start(executionID: "x", definition: other, input: nil, tenant: "t"))
        else {
            Issue.record("accepted")
            return
        }
        #expect(rejection.code == "EN0003")
        run.start()
        let count = run.events.count
        run.start()
        #expect(run.events.count == count)
    }

    @Test func whatDoesNotExistOrHasEndedIsRejected() throws {
        var run = try Simulation(body: Self.body)
        #expect(run.send(.resume) == .rejected(Rejection(.notFound, "EN0001", "there is no such execution")))
        run.run { _ in .output(1) }
        for command in [ExecutionCommand.cancel(reason: "r"), .suspend(reason: "r"), .resume] {
            guard case .rejected(let rejection) = run.send(command) else {
                Issue.record("accepted")
                continue
            }
            #expect(rejection.kind == .conflict)
            #expect(rejection.code == "EN0002")
        }
    }

    @Test func cancelEndsEverythingThatWaits() throws {
        var run = try Simulation(
            body:
                """
                timeout: { after: P1D }
                do: [ { g: { do: [ { c: { call: 'llm:1.0.0', with: { prompt: p }, timeout: { after: PT1H } } } ] } } ]
                """
        )
        run.start()
        #expect(run.state?.causes.count == 3)
        run.send(.cancel(reason: "enough"))
        #expect(run.state?.status == .cancelled)
        #expect(
            run.kinds.suffix(5) == [
                .timerCancelled, .taskCancelled, .taskCancelled, .timerCancelled, .executionCancelled,
            ])
        #expect(run.send(.cancel(reason: "again")) == .accepted([]))
    }

    @Test func whileSuspendedResultsAreTakenInAndNothingIsStarted() throws {
        var run = try Simulation(body: Self.body)
        run.start()
        run.send(.suspend(reason: "look"))
        #expect(run.state?.status == .suspended)
        #expect(run.state?.causes == [.suspension(reason: "look")])
        run.send(.suspend(reason: "again"))
        run.send(.taskCompleted(taskID: "x:1", attempt: 1, output: 1, usage: nil))
        #expect(run.kinds == [.executionStarted, .taskStarted, .taskRequested, .executionSuspended, .taskCompleted])
        run.send(.resume)
        #expect(run.kinds.last == .timerSet)
        run.send(.suspend(reason: "once more"))
        run.send(.timerFired(timerID: "x:t1"))
        #expect(run.state?.status == .suspended)
        run.send(.resume)
        #expect(run.output == ["done": true])
        #expect(run.send(.taskFailed(taskID: "x:1", attempt: 1, fault: Fault(.runtime), usage: nil)) == .accepted([]))
    }

    @Test func ofTwoErrorsThatComeDuringAPauseTheOuterOneCounts() throws {
        let call = "{ call: http, with: { method: get, endpoint: 'https://x.example' } }"
        var run = try Simulation(
            body: """
                do:
                  - outer:
                      timeout: { after: PT10S }
                      do: [ { t: { try: [ { a: \(call) } ], catch: { do: [ { b: \(call) } ] } } } ]
                """)
        run.start()
        let (id, _) = try #require(run.requests.first)
        let timer = try #require(run.state?.pendingTimers.first)
        run.send(.suspend(reason: "later"))
        run.send(.taskFailed(taskID: id, attempt: 1, fault: RecoveryTests.broken, usage: nil))
        run.now = timer.due
        run.send(.timerFired(timerID: timer.id))
        run.send(.resume)
        #expect(run.fault?.status == 408)
        #expect(!run.kinds.contains(.faultHandled))
    }
}
