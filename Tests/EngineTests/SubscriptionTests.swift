import Core
import Engine
import Testing
import Workflow

/// Tasks for each message of a subscription.
@Suite struct SubscriptionTests {
    static func take(_ foreach: String) -> String {
        "{ call: asyncapi, with: { document: { endpoint: 'https://x/a.json' }, operation: o, subscription: "
            + "{ consume: { amount: 3, for: PT1M }, foreach: \(foreach) } } }"
    }

    static func messages(_ request: TaskRequest) -> Simulation.Answer {
        request.function == "asyncapi" ? .output([1, 2, 3]) : .silence
    }

    @Test func `the input of each is its message, and the output is the results`() throws {
        var run = try Simulation(body: "do: [ { a: \(Self.take("{ output: { as: '${ . + $index } ' } }")) } ]")
        run.restarts = true
        run.run(.null, Self.messages)
        #expect(run.output == [1, 3, 5])
        #expect(run.requests.count == 1 && run.requests[0].request.arguments["subscription"]?["foreach"] == nil)
    }

    @Test func `end ends the execution with what the message's tasks gave`() throws {
        let body = "{ item: m, do: [ { s: { switch: [ { two: { when: '$m == 2', then: end } } ] } } ] }"
        var run = try Simulation(body: "do: [ { a: \(Self.take(body)) }, { b: { set: { x: 1 } } } ]")
        run.run(.null, Self.messages)
        #expect(run.output == 2)
    }

    @Test func `what is no list of messages is a runtime error`() throws {
        var run = try Simulation(body: "do: [ { a: \(Self.take("{}")) } ]")
        run.run { _ in .output(["no": "list"]) }
        #expect(run.fault?.status == 500 && run.fault?.instance == "/do/0/a")
    }

    @Test func `an answer that comes again while messages are handled changes nothing`() throws {
        var run = try Simulation(body: "do: [ { a: \(Self.take("{ do: [ { p: { wait: PT1H } } ] }")) } ]")
        run.start()
        let (id, request) = run.requests[0]
        for output: JSON in [[1], [7, 8, 9]] {
            run.send(.taskCompleted(taskID: id, attempt: request.attempt, output: output, usage: nil))
        }
        run.run()
        #expect(run.output == [1])
    }

    private static let again = "catch: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }"

    @Test(arguments: [
        take("{ do: [ { ask: { call: 'llm:1.0.0', with: { prompt: p } } } ] }"),
        "{ listen: { to: { any: [], until: length == 1 } }, "
            + "foreach: { do: [ { ask: { call: 'llm:1.0.0', with: { prompt: p } } } ] } }",
    ])
    func `a call for a message is another one after a retry, as the message may be`(task: String) throws {
        var run = try Simulation(body: "do: [ { g: { try: [ { a: \(task) } ], \(Self.again) } } ]")
        run.start()
        for n in 1...2 {
            run.tell(ListenTests.event("a", "\(n)", .integer(Int64(n))))
            if let last = run.requests.last, last.request.function == "asyncapi" {
                let attempt = last.request.attempt
                run.send(
                    .taskCompleted(taskID: last.taskID, attempt: attempt, output: [.integer(Int64(n))], usage: nil))
            }
            let last = try #require(run.requests.last)
            #expect(last.request.function == "llm:1.0.0" && last.request.attempt == 1)
            run.fail(last.taskID, Fault(.communication))
            let timer = try #require(run.state?.pendingTimers.last)
            run.send(.timerFired(timerID: timer.id))
        }
        let asked = run.requests.filter { $0.request.function == "llm:1.0.0" }.map(\.taskID)
        #expect(asked.count == 2 && Set(asked).count == 2)
    }

    @Test func `a try inside of what is done for a message takes its call up again`() throws {
        let ask = "{ ask: { call: 'llm:1.0.0', with: { prompt: p } } }"
        let task = Self.take("{ do: [ { g: { try: [ \(ask) ], \(Self.again) } } ] }")
        var run = try Simulation(body: "do: [ { a: \(task) } ]")
        run.start()
        run.complete(run.requests[0].taskID, [1])
        run.fail(run.requests[1].taskID, Fault(.communication))
        let timer = try #require(run.state?.pendingTimers.last)
        run.send(.timerFired(timerID: timer.id))
        #expect(run.requests[2].taskID == run.requests[1].taskID && run.requests[2].request.attempt == 2)
    }

    @Test func `a version that handles messages otherwise waits until they are handled`() throws {
        func body(_ goal: String, _ after: String = "") -> String {
            let ask = "{ call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: \(goal) } }"
            return "do:\n  - a: \(Self.take("{ do: [ { ask: \(ask) } ] }"))\n\(after)"
        }
        var run = try Simulation(body: body("one"))
        run.run(.null, Self.messages)
        let state = try #require(run.state)
        func verdict(_ new: String) throws -> MigrationVerdict {
            migrationVerdict(
                state, from: run.definition, to: try MigrationTests.definition("2.0.0", new), mapping: [:])
        }
        #expect(try verdict(body("one", "  - b: { set: { x: 1 } }\n")).class == .safe)
        for new in [body("two"), "do:\n  - a: \(Self.take("{}"))\n"] {
            let findings = try verdict(new).findings
            #expect(findings.contains { $0.reason.contains("messages are being handled") }, "\(findings)")
        }
    }
}
