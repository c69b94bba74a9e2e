import Core
import Engine
import Testing
import Workflow

@Suite struct ChildTests {
    static let body = """
        do:
          - review:
              run: { workflow: { namespace: n, name: w, input: { subject: '${ .subject }' } } }
              output: { as: '{ review: . }' }
        """

    static func children(_ run: Simulation) -> [ChildRequest] {
        run.events.compactMap { event in
            if case .childRequested(_, let request) = event.outcome { request } else { nil }
        }
    }

    @Test func aTaskWaitsForTheEndOfItsChild() throws {
        var run = try Simulation(body: Self.body)
        run.start(["subject": 5])
        #expect(
            Self.children(run) == [
                ChildRequest(
                    executionID: "x.1",
                    definition: DefinitionReference(namespace: "n", name: "w", version: "latest"),
                    input: ["subject": 5], awaits: true)
            ])
        #expect(run.state?.causes == [.task(id: "x:1", attempt: 1, function: "workflow")])
        run.complete("x:1", "fine")
        #expect(run.output == ["review": "fine"])
    }

    @Test func theChildsErrorPassesThroughWithTheParentsPointer() throws {
        var run = try Simulation(body: Self.body)
        run.start()
        let fault = Fault(type: "a:b", status: 422, title: "T", instance: "/do/3/inTheChild")
        run.fail("x:1", fault)
        #expect(run.fault == Fault(type: "a:b", status: 422, title: "T", instance: "/do/0/review"))
    }

    @Test func nobodyWaitsForAChildThatIsNotAwaited() throws {
        var run = try Simulation(
            body: """
                do:
                  - l:
                      for: { in: '[ 1, 2 ]' }
                      do: [ { c: { run: { await: false, workflow: { namespace: n, name: w, version: '1.0.0' } } } } ]
                """)
        run.start("in")
        #expect(run.output == "in")
        #expect(Self.children(run).map(\.awaits) == [false, false])
        #expect(Set(Self.children(run).map(\.executionID)).count == 2)
        #expect(Self.children(run)[0].input == "in")
    }

    @Test func eachRetryStartsAnotherChild() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try: [ { c: { run: { workflow: { namespace: n, name: w } } } } ]
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
                """)
        run.start()
        run.fail("x:2", Fault(.runtime))
        run.now = run.now + .seconds(1)
        run.send(.timerFired(timerID: "x:t1"))
        #expect(Self.children(run).map(\.executionID) == ["x.2", "x.3"])
    }

    @Test func cancelSuspendAndResumeReachTheChildren() throws {
        var run = try Simulation(
            body: """
                do:
                  - f:
                      fork:
                        branches:
                          - a: { run: { workflow: { namespace: n, name: w } } }
                          - b: { wait: PT1H }
                          - c: { timeout: { after: PT5S }, run: { workflow: { namespace: n, name: w } } }
                """)
        run.start()
        run.send(.suspend(reason: "s"))
        run.send(.resume)
        #expect(run.kinds.filter { $0 == .childSuspended || $0 == .childResumed }.count == 4)
        run.send(.cancel(reason: "c"))
        let cancelled = run.events.compactMap { event -> String? in
            if case .childCancelled(_, let id, "c") = event.outcome { id } else { nil }
        }
        #expect(cancelled.sorted() == Self.children(run).map(\.executionID).sorted())
    }

    @Test func aTimeoutCancelsTheChild() throws {
        var run = try Simulation(
            body: "do: [ { a: { timeout: { after: PT5S }, run: { workflow: { namespace: n, name: w } } } } ]")
        run.run()
        #expect(run.fault?.status == 408)
        #expect(run.kinds.contains(.childCancelled))
    }

    @Test func anExecutionKnowsWhoWaitsForIt() throws {
        let definition = try Simulation(body: "do: [ { a: { wait: PT1S } } ]").definition
        let link = ParentLink(executionID: "p", taskID: "p:3", attempt: 2)
        guard
            case .accepted(let events) = decide(
                nil,
                .start(
                    executionID: "p.3", definition: definition.reference, input: nil, tenant: "t", parent: link),
                definition, now: Instant(milliseconds: 0))
        else {
            Issue.record("rejected")
            return
        }
        let state = try #require(ExecutionState(folding: events.compactMap { ExecutionEvent(json: $0.json) }))
        #expect(state.parent == link)
        #expect(ExecutionState(json: state.json) == state)
    }

    @Test func scriptsAndCommandsAreAskedFor() throws {
        var run = try Simulation(
            body: """
                do:
                  - a:
                      run: { script: { language: python, code: 'print(1)', arguments: [ '${ .n }' ] }, return: all }
                  - b: { run: { await: false, shell: { command: 'ls', environment: { A: '${ .n }' } } } }
                  - c: { set: { last: '${ . }' } }
                """)
        run.run(["n": 1]) { request in
            request.function == "script" ? .output(["n": 2]) : .silence
        }
        #expect(run.requests.map(\.request.function) == ["script", "shell"])
        #expect(
            run.requests[0].request.arguments == [
                "language": "python", "code": "print(1)", "arguments": [1], "return": "all",
            ])
        #expect(run.requests[1].request.arguments == ["command": "ls", "environment": ["A": 2], "return": "stdout"])
        #expect(run.output == ["last": ["n": 2]])
    }
}
