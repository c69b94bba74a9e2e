import Core
import Engine
import Runner
import Testing
import Workflow

@Suite struct StubTests {
    static func call(_ function: String, _ arguments: JSON = [:], task: String = "/do/0/ask") -> FunctionCall {
        FunctionCall(
            executionID: "x", taskID: "x:1", task: task,
            request: TaskRequest(attempt: 2, function: function, arguments: arguments),
            now: Instant(milliseconds: 0))
    }

    @Test(arguments: [
        ("function: agent", true), ("function: agent:1.0.0", true), ("function: 'agent:1.0.0@default'", true),
        ("function: age", false), ("function: agent:1", false), ("task: ask", true), ("task: /do/0/ask", true),
        ("task: /do/1/ask", false), ("task: other", false), ("when: .n > 2", true), ("when: .n > 3", false),
        ("when: '${ $call.attempt == 2 }'", true), ("task: ask, when: 'false'", false),
    ])
    func aRuleFitsByTaskFunctionAndArguments(rule: String, fits: Bool) async throws {
        let table = try Playground.stubs("[ { \(rule), output: yes } ]")
        let answer = await table.perform(Self.call("agent:1.0.0@default", ["n": 3]))
        #expect((answer.result == .output("yes")) == fits, "\(answer)")
    }

    @Test func resultsComeInTurnAndTheLastStays() async throws {
        let table = try Playground.stubs(
            "[ { results: [ { output: 1 }, { fault: { type: 'a:b', status: 409 } }, { output: 3, delay: PT5S } ] } ]")
        var answers: [FunctionAnswer] = []
        for _ in 0..<4 { answers.append(await table.perform(Self.call("http"))) }
        #expect(answers[0].result == .output(1))
        #expect(answers[1].result == .fault(Fault(type: "a:b", status: 409)))
        #expect(answers[2] == FunctionAnswer(.output(3), delay: .seconds(5)))
        #expect(answers[3] == answers[2])
        #expect(await table.copy().perform(Self.call("http")).result == .output(1))
    }

    @Test func anOutputIsMadeOfTheArguments() async throws {
        let table = try Playground.stubs(
            "[ { output: { sum: '${ .a + .b }', list: [ '${ $call.number }', plain ], text: 'a ${ b }' } } ]")
        let answer = await table.perform(Self.call("http", ["a": 1, "b": 2]))
        #expect(answer.result == .output(["sum": 3, "list": [1, "plain"], "text": "a ${ b }"]))
    }

    @Test func aCallThatNoRuleFitsIsAnErrorOrGoesOn() async throws {
        let alone = try Playground.stubs("[ { function: http } ]")
        guard case .fault(let fault) = await alone.perform(Self.call("agent:1.0.0")).result else {
            Issue.record("an answer")
            return
        }
        #expect(fault.type == Fault.Standard.configuration.type)
        let next = try Playground.stubs("[ { output: 7 } ]")
        let chain = try StubTable(parsing: Array("[ { function: http } ]".utf8), otherwise: next)
        #expect(await chain.perform(Self.call("agent:1.0.0")).result == .output(7))
    }

    @Test(arguments: [
        ("{ stubs: 3 }", "/stubs"), ("[ 3 ]", "/0"), ("[ { task: a, outptu: 1 } ]", "/0/outptu"),
        ("[ { fault: nonsense } ]", "/0/fault"), ("[ { delay: soon } ]", "/0/delay"),
        ("[ { when: '.a |' } ]", "/0/when"), ("[ { output: '${ .a | }' } ]", "/0/output"),
        ("[ { results: [] } ]", "/0/results"),
    ])
    func aFaultTellsWhere(text: String, pointer: String) throws {
        let faults = #expect(throws: DefinitionFaults.self) { try Playground.stubs(text) }
        #expect(faults?.list.first?.pointer.description == pointer)
        #expect(faults?.list.first?.line == 1)
    }
}
