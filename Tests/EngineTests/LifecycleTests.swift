import Core
import Engine
import Testing
import Workflow

@Suite struct LifecycleTests {
    /// All that a run is in the DSL's words: `kind task`.
    static func told(_ run: Simulation) -> [LifecycleEvent] {
        var state: ExecutionState?
        var told: [LifecycleEvent] = []
        for event in run.events {
            told += LifecycleEvent.events(event, before: state)
            if state == nil { state = ExecutionState(event) } else { state!.apply(event) }
        }
        return told
    }

    static func lines(_ run: Simulation) -> [String] {
        told(run).map { event in
            let task = event.run.map { " \($0.task)" } ?? ""
            return event.kind.rawValue + task + (event.attempt.map { " \($0)" } ?? "")
        }
    }

    @Test func aSequenceIsToldFromItsStartToItsEnd() throws {
        var run = try Simulation(
            body: """
                do:
                  - a: { set: { x: 1 } }
                  - skipped: { if: 'false', set: { x: 2 } }
                  - b: { do: [ { c: { wait: PT1S } } ] }
                """)
        run.run()
        #expect(
            Self.lines(run) == [
                "workflow.started", "task.created /do/0/a", "task.started /do/0/a", "task.completed /do/0/a",
                "task.created /do/2/b", "task.started /do/2/b", "task.created /do/2/b/do/0/c",
                "task.started /do/2/b/do/0/c", "task.completed /do/2/b/do/0/c", "task.completed /do/2/b",
                "workflow.completed",
            ])
        let told = Self.told(run)
        #expect(told[0].data["name"] == "test.test-x")
        #expect(told[0].data["definition"] == ["namespace": "test", "name": "test", "version": "1.0.0"])
        #expect(told[0].data["startedAt"]?.string != nil)
        #expect(told[3].data["task"] == "/do/0/a" && told[3].data["workflow"] == "test.test-x")
        #expect(told[3].output == ["x": 1] && told[3].data["completedAt"] != nil)
        #expect(told.last?.output == ["x": 1])
    }

    @Test func retriesFaultsAndAttemptsAreTold() throws {
        var run = try Simulation(
            body: """
                do:
                  - g:
                      try: [ { c: { call: 'llm:1.0.0', with: { prompt: p } } } ]
                      catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
                """)
        run.run { _ in .fault(Fault(type: "a:b", status: 500)) }
        let (g, c) = ("/do/0/g", "/do/0/g/try/0/c")
        #expect(
            Self.lines(run) == [
                "workflow.started", "task.created \(g)", "task.started \(g)", "task.created \(c)", "task.started \(c)",
                "task.faulted \(c) 1", "task.retried \(g) 2", "task.started \(c)", "task.faulted \(c) 2",
                "task.faulted \(g) 2", "workflow.faulted",
            ])
        #expect(Self.told(run).last?.data["error"]?["type"] == "a:b")
    }

    @Test func pausesAndCancelsAreToldForTheExecutionAndItsOpenTasks() throws {
        var run = try Simulation(body: "do: [ { a: { do: [ { c: { call: 'llm:1.0.0', with: { prompt: p } } } ] } } ]")
        run.start()
        run.send(.suspend(reason: "look"))
        run.send(.resume)
        run.send(.cancel(reason: "enough"))
        #expect(
            Self.lines(run).dropFirst(5) == [
                "workflow.suspended", "task.suspended /do/0/a", "task.suspended /do/0/a/do/0/c 1", "workflow.resumed",
                "task.resumed /do/0/a", "task.resumed /do/0/a/do/0/c 1", "task.cancelled /do/0/a/do/0/c 1",
                "task.cancelled /do/0/a", "workflow.cancelled",
            ])
    }

    @Test func correlationIsToldWithItsKeys() throws {
        var run = try Simulation(
            body: """
                do:
                  - w:
                      listen: { to: { one: { with: { type: a }, correlate: { k: { from: .subject } } } } }
                """)
        run.start()
        run.tell(ListenTests.event("a", "1", 1, ["subject": "s"]))
        let told = Self.told(run)
        #expect(told.map(\.kind).contains(.correlationStarted))
        #expect(told.first { $0.kind == .correlationCompleted }?.data["correlationKeys"] == ["k": "s"])
    }

    @Test func iterationsAreToldApart() throws {
        var run = try Simulation(
            body: """
                do:
                  - l: { for: { in: '[ 1, 2 ]' }, do: [ { s: { set: { x: '${ $item }' } } } ] }
                  - w:
                      listen: { to: { any: [], until: length == 2 } }
                      foreach: { do: [ { t: { set: { x: '${ $item }' } } } ] }
                """)
        run.start()
        run.tell(ListenTests.event("a", "1", 1))
        run.tell(ListenTests.event("a", "2", 2))
        let done = Self.told(run).filter { $0.kind == .taskCompleted && $0.run?.iteration != nil }
        #expect(done.map { $0.run?.iteration } == [0, 1, 0, 1])
        #expect(done.map { $0.output?["x"]?.int } == [1, 2, 1, 2])
    }

    @Test func thereAreSixteenTypes() {
        let types = LifecycleEvent.Kind.allCases.map(\.type)
        #expect(types.count == 16 && Set(types).count == 16)
        #expect(types.contains("io.serverlessworkflow.workflow.correlation-completed.v1"))
    }
}
