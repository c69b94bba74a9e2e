import Core
import Engine
import Testing
import Workflow

@Suite struct MigrationTests {
    static func definition(_ version: String, _ body: String) throws -> CompiledDefinition {
        let head = "document: { dsl: '1.0.3', namespace: test, name: test, version: '\(version)' }\n"
        return try CompiledDefinition(parsing: Array((head + body).utf8))
    }

    static let ask = "{ call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: Extract } }"

    /// The verdict on an execution of `old` that has come as far as it can by itself.
    static func verdict(
        _ old: String, _ new: String, mapping: [String: String] = [:], input: JSON = .null,
        pause: Bool = false
    ) throws -> MigrationVerdict {
        var run = try Simulation(body: old)
        run.start(input)
        if pause { run.send(.suspend(reason: "migration")) }
        let state = try #require(run.state)
        return migrationVerdict(state, from: run.definition, to: try definition("2.0.0", new), mapping: mapping)
    }

    @Test(arguments: [
        // Something after, before in time, or deeper inside another task changes: nothing that is open.
        "do:\n  - a: \(ask)\n  - b: { set: { x: 1 } }\n",
        "timeout: { after: PT1H }\ndo:\n  - a: \(ask)\n",
        "do:\n  - a: { call: 'agent:1.0.0', with: { agent: { instructions: Other }, goal: Other } }\n",
    ])
    func `what leaves the open tasks where they are is safe`(new: String) throws {
        let verdict = try Self.verdict("do:\n  - a: \(Self.ask)\n", new)
        #expect(verdict.class == .safe && verdict.findings.isEmpty, "\(verdict.findings)")
    }

    @Test func `an open task that moved or was renamed needs a mapping, which is suggested and then is enough`() throws
    {
        let old = "do:\n  - outer: { do: [ { a: \(Self.ask) } ] }\n"
        let moved = "do:\n  - first: { set: { x: 1 } }\n  - outer: { do: [ { a: \(Self.ask) } ] }\n"
        let verdict = try Self.verdict(old, moved)
        #expect(verdict.class == .needsMapping)
        #expect(
            verdict.suggestedMapping == [
                "/do/0/outer": "/do/1/outer", "/do/0/outer/do/0/a": "/do/1/outer/do/0/a",
            ])
        #expect(try Self.verdict(old, moved, mapping: verdict.suggestedMapping).class == .safe)
        let renamed = try Self.verdict("do:\n  - a: \(Self.ask)\n", "do:\n  - z: \(Self.ask)\n")
        #expect(renamed.class == .needsMapping && renamed.suggestedMapping == ["/do/0/a": "/do/0/z"])
        #expect(renamed.findings[0].reason.contains("another name"))
    }

    @Test(arguments: [
        ("do:\n  - b: { set: { x: 1 } }\n", "no call that could be it"),
        ("do:\n  - a: { wait: PT1H }\n", "has a wait there"),
        ("do:\n  - a: { call: 'llm:1.0.0@default', with: { prompt: Hello } }\n", "calls llm:1.0.0@default there"),
        ("do:\n  - b: { do: [ { a: \(ask) } ] }\n", "no call that could be it"),
        ("input: { schema: { document: { type: object, required: [ n ] } } }\ndo:\n  - a: \(ask)\n", "input"),
        ("do:\n  - a: { input: { schema: { document: { type: string } } }, \(ask.dropFirst(2))\n", "task's input"),
    ])
    func `what is gone, of another kind, or asks for other data is impossible, and says why`(
        new: String, reason: String
    ) throws {
        let verdict = try Self.verdict("do:\n  - a: \(Self.ask)\n", new, input: ["m": 1])
        #expect(verdict.class == .impossible)
        #expect(verdict.findings.contains { $0.reason.contains(reason) }, "\(verdict.findings)")
    }

    @Test func `a mapping to what cannot take its place is impossible or asks again`() throws {
        let old = "do:\n  - a: \(Self.ask)\n"
        let new = "do:\n  - b: { set: { x: 1 } }\n  - a: \(Self.ask)\n"
        for target in ["/do/0/b", "/do/9/a", "nonsense"] {
            let verdict = try Self.verdict(old, new, mapping: ["/do/0/a": target])
            #expect(verdict.class == .needsMapping && verdict.suggestedMapping == ["/do/0/a": "/do/1/a"], "\(target)")
        }
        let gone = try Self.verdict(old, "do:\n  - b: { set: { x: 1 } }\n", mapping: ["/do/0/a": "/do/0/b"])
        #expect(gone.class == .impossible)
    }

    @Test func `loops, branches and functions keep their shape, or cannot go over`() throws {
        let loop = "do:\n  - l: { for: { each: item, in: '${ [1, 2] }' }, do: [ { a: \(Self.ask) } ] }\n"
        let more = loop.replacing("do: [ {", with: "do: [ { zero: { set: '${ . }' } }, {")
        let moved = try Self.verdict(loop, more)
        #expect(moved.suggestedMapping == ["/do/0/l/do/0/a": "/do/0/l/do/1/a"])
        #expect(try Self.verdict(loop, more, mapping: moved.suggestedMapping).class == .safe)
        let renamed = try Self.verdict(loop, loop.replacing("each: item", with: "each: thing"))
        #expect(renamed.class == .impossible && renamed.findings[0].reason.contains("variables"))
        let fork = "do:\n  - f: { fork: { branches: [ { a: \(Self.ask) }, { b: \(Self.ask) } ] } }\n"
        #expect(try Self.verdict(fork, fork).class == .safe)
        let other = try Self.verdict(fork, fork.replacing("{ b: ", with: "{ c: "))
        #expect(other.class == .impossible && other.findings.contains { $0.reason.contains("branches") })
        let function = "use: { functions: { f: \(Self.ask) } }\ndo:\n  - c: { call: f }\n"
        #expect(try Self.verdict(function, function).class == .safe)
        let gone = try Self.verdict(function, "use: { functions: { g: \(Self.ask) } }\ndo:\n  - c: { call: g }\n")
        #expect(gone.class == .impossible, "\(gone.findings)")
    }

    @Test func `an error that is being handled keeps its name`() throws {
        func body(_ name: String) -> String {
            "do:\n  - t:\n      try: [ { r: { raise: { error: { type: x, status: 400, title: t } } } } ]\n"
                + "      catch: { as: \(name), do: [ { a: \(Self.ask) } ] }\n"
        }
        #expect(try Self.verdict(body("error"), body("error")).class == .safe)
        let verdict = try Self.verdict(body("error"), body("cause"))
        #expect(verdict.class == .impossible && verdict.findings[0].reason.contains("another name"))
    }

    @Test func `what is migrated goes on with the new version, under its new pointers`() throws {
        let old = "do:\n  - a: \(Self.ask)\n  - b: { set: { from: old } }\n"
        let new =
            "do:\n  - zero: { set: { x: 0 } }\n  - a: \(Self.ask)\n  - c: { set: { from: new, was: '${ .n }' } }\n"
        var run = try Simulation(body: old)
        run.start()
        let target = try Self.definition("2.0.0", new)
        let refused = decide(
            run.state, .migrate(to: target.reference, mapping: [:]), run.definition, migratingTo: target, now: run.now)
        guard case .rejected(let rejection) = refused else { return #expect(Bool(false), "not refused") }
        #expect(rejection.code == "EN0004" && rejection.reason.contains("/do/0/a"))
        run.migrate(to: target, mapping: ["/do/0/a": "/do/1/a"])
        #expect(run.state?.openTasks == ["/do/1/a"] && run.state?.definition.version == "2.0.0")
        // Again changes nothing.
        run.migrate(to: target, mapping: [:])
        #expect(run.kinds.filter { $0 == .executionMigrated }.count == 1)
        run.run { _ in .output(["n": 5]) }
        #expect(run.output == ["from": "new", "was": 5])
        #expect(run.events.last { $0.kind == .taskCompleted }?.task == "/do/2/c")
    }

    @Test func `a paused execution goes on with the task that was next, wherever it is now`() throws {
        let old = "do:\n  - a: \(Self.ask)\n  - b: { set: { at: b } }\n  - c: { set: '${ . + { c: 1 } }' }\n"
        let new =
            "do:\n  - a: \(Self.ask)\n  - extra: { set: { extra: 1 } }\n  - b: { set: { at: b } }\n"
            + "  - c: { set: '${ . + { c: 2 } }' }\n"
        var run = try Simulation(body: old)
        run.start()
        run.send(.suspend(reason: "migration"))
        let request = try #require(run.requests.first)
        run.send(.taskCompleted(taskID: request.taskID, attempt: 1, output: 1, usage: nil))
        run.migrate(to: try Self.definition("2.0.0", new), mapping: [:])
        run.send(.resume)
        #expect(run.output == ["at": "b", "c": 2])
        let gone = try Self.definition("3.0.0", "do:\n  - a: \(Self.ask)\n  - c: { set: { c: 1 } }\n")
        var second = try Simulation(body: old)
        second.start()
        second.send(.suspend(reason: "migration"))
        second.send(.taskCompleted(taskID: request.taskID, attempt: 1, output: 1, usage: nil))
        let state = try #require(second.state)
        let verdict = migrationVerdict(state, from: second.definition, to: gone)
        #expect(verdict.class == .impossible && verdict.findings[0].task == "/do/1/b")
    }

    @Test(arguments: [
        // Before it, around it, and deeper in.
        ("- g: { try: [ { z: { set: { n: 1 } } }, { a: ASK } ], catch: RETRY }", [:]),
        ("- z: { set: { n: 1 } }\n  - g: { try: [ { a: ASK } ], catch: RETRY }", ["/do/0/g": "/do/1/g"]),
        ("- g: { try: [ { b: ASK } ], catch: RETRY }", ["/do/0/g/try/0/a": "/do/0/g/try/0/b"]),
    ])
    func `a retry after a migration is the next attempt of the call that failed, wherever it is now`(
        new: String, mapping: [String: String]
    ) throws {
        func body(_ list: String) -> String {
            let retry = "{ retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }"
            return "do:\n  " + list.replacing("ASK", with: Self.ask).replacing("RETRY", with: retry) + "\n"
        }
        var run = try Simulation(body: body("- g: { try: [ { a: ASK } ], catch: RETRY }"))
        run.start()
        let fault = Fault(.communication, detail: "down")
        run.send(.taskFailed(taskID: run.requests[0].taskID, attempt: 1, fault: fault, usage: nil))
        run.migrate(to: try Self.definition("2.0.0", body(new)), mapping: mapping)
        let timer = try #require(run.state?.pendingTimers.first)
        run.send(.timerFired(timerID: timer.id))
        #expect(run.requests.map(\.request.attempt) == [1, 2])
        #expect(Set(run.requests.map(\.taskID)).count == 1)
    }

    @Test func `what calls another function after a migration is another call`() throws {
        let retry = "catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }"
        var run = try Simulation(body: "do: [ { g: { try: [ { a: \(Self.ask) } ], \(retry) } } ]\n")
        run.start()
        let fault = Fault(.communication, detail: "down")
        run.send(.taskFailed(taskID: run.requests[0].taskID, attempt: 1, fault: fault, usage: nil))
        let other = "{ call: llm:1.0.0, with: { prompt: Hello } }"
        run.migrate(
            to: try Self.definition("2.0.0", "do: [ { g: { try: [ { a: \(other) } ], \(retry) } } ]\n"), mapping: [:])
        let timer = try #require(run.state?.pendingTimers.first)
        run.send(.timerFired(timerID: timer.id))
        #expect(run.requests.map(\.request.attempt) == [1, 1])
        #expect(Set(run.requests.map(\.taskID)).count == 2)
    }

    @Test(arguments: ["run: { shell: { command: x } }", "run: { script: { language: js, code: x } }", ask])
    func `an attempt that is under way after a failed one is migrated and ends as ever`(task: String) throws {
        let retry = "catch: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }"
        let task = task.hasPrefix("{") ? task : "{ \(task) }"
        let tried = "{ t: { try: [ { a: \(task) } ], \(retry) } }"
        let body = "do: [ { z: { set: { x: 1 } } }, \(tried) ]\n"
        var run = try Simulation(body: body)
        run.start()
        run.fail(run.requests[0].taskID, Fault(.communication, detail: "down"))
        let timer = try #require(run.state?.pendingTimers.first)
        run.send(.timerFired(timerID: timer.id))
        run.migrate(to: try Self.definition("2.0.0", body), mapping: [:])
        run.migrate(
            to: try Self.definition("3.0.0", "do: [ \(tried) ]\n"),
            mapping: ["/do/1/t": "/do/0/t", "/do/1/t/try/0/a": "/do/0/t/try/0/a"])
        #expect(run.state?.openTasks == ["/do/0/t", "/do/0/t/try/0/a"])
        run.send(.taskFailed(taskID: run.requests[1].taskID, attempt: 2, fault: Fault(.communication), usage: nil))
        let next = try #require(run.state?.pendingTimers.first)
        run.send(.timerFired(timerID: next.id))
        #expect(run.requests.map(\.request.attempt) == [1, 2, 3])
        run.send(.taskCompleted(taskID: run.requests[2].taskID, attempt: 3, output: "fine", usage: nil))
        #expect(run.output == "fine")
    }

    @Test func `what is listened for goes on being listened for, with what came early`() throws {
        func listen(_ type: String) -> String { "{ listen: { to: { one: { with: { type: \(type) } } } } }" }
        let old = "do:\n  - a: \(listen("x.a"))\n  - b: \(listen("x.b"))\n  - c: \(listen("x.c"))\n"
        let new =
            "do:\n  - z: { set: { x: 1 } }\n  - a: \(listen("x.a"))\n  - b: \(listen("x.b"))\n  - d: \(listen("x.d"))\n"
        var run = try Simulation(body: old)
        run.start()
        #expect(run.state?.explainedCauses.map { $0["kind"] } == ["event"])
        let ids = try #require(run.state?.subscriptions.map(\.id))
        func event(_ type: String, _ number: Int) -> JSON {
            [
                "specversion": "1.0", "id": .integer(Int64(number)), "source": "s", "type": .string(type),
                "data": .integer(Int64(number)),
            ]
        }
        run.send(.eventReceived(subscriptionID: ids[1], event: event("x.b", 1)))
        run.migrate(to: try Self.definition("2.0.0", new), mapping: ["/do/0/a": "/do/1/a"])
        #expect(run.state?.subscriptions.map(\.task) == ["/do/1/a", "/do/2/b", "/do/3/d"])
        #expect(run.state?.subscriptions.prefix(2).map(\.id) == Array(ids.prefix(2)))
        run.send(.eventReceived(subscriptionID: ids[0], event: event("x.a", 2)))
        #expect(run.state?.openTasks == ["/do/3/d"])
        let last = try #require(run.state?.subscriptions.last)
        run.send(.eventReceived(subscriptionID: last.id, event: event("x.d", 3)))
        #expect(run.output == [3])
        var other = try Simulation(body: old)
        other.start()
        let changed = try Self.definition("3.0.0", "do:\n  - a: \(listen("x.other"))\n")
        let verdict = migrationVerdict(try #require(other.state), from: other.definition, to: changed)
        #expect(verdict.class == .impossible && verdict.findings[0].reason.contains("events"))
    }

    @Test func `nothing but a running execution of the same workflow migrates`() throws {
        var run = try Simulation(body: "do:\n  - a: { set: { x: 1 } }\n")
        run.start()
        let target = try Self.definition("2.0.0", "do:\n  - a: { set: { x: 2 } }\n")
        let late = decide(
            run.state, .migrate(to: target.reference, mapping: [:]), run.definition, migratingTo: target, now: run.now)
        guard case .rejected(let rejection) = late else { return #expect(Bool(false), "not refused") }
        #expect(rejection.code == "EN0002")
        var open = try Simulation(body: "do:\n  - a: \(Self.ask)\n")
        open.start()
        let other = try CompiledDefinition(
            parsing: Array(
                "document: { dsl: '1.0.3', namespace: test, name: other, version: '1.0.0' }\ndo:\n  - a: \(Self.ask)\n"
                    .utf8))
        let verdict = migrationVerdict(try #require(open.state), from: open.definition, to: other)
        #expect(verdict.class == .impossible && verdict.findings[0].reason.contains("another workflow"))
    }

    /// Any execution, migrated at any point to the same definition under another version, does what it did before.
    @Test(arguments: 0..<60 as Range<UInt64>) func `a migration to an identical definition changes nothing`(
        seed: UInt64
    ) throws {
        var maker = RandomWorkflow(seed: seed)
        var document = maker.document()
        let text = document.text()
        document = Self.renumbered(document, "2.0.0")
        let target = try CompiledDefinition(document: document)
        func answer(_ request: TaskRequest) -> Simulation.Answer {
            var random = SplitMix64(seed: seed &+ UInt64(request.attempt))
            return random.next() % 3 == 0
                ? .fault(Fault(type: "https://x.example/f", status: 400)) : .output(["n": .integer(Int64(seed % 5))])
        }
        var plain = try Simulation(text)
        plain.run(["n": 1], limit: 200, answer)
        // One that is cut off says nothing: the other would be cut off elsewhere.
        guard plain.state?.status.isFinal == true else { return }
        for point in 0..<6 {
            var moved = try Simulation(text)
            moved.run(["n": 1], limit: point, answer)
            guard let state = moved.state, !state.status.isFinal else { break }
            #expect(migrationVerdict(state, from: moved.definition, to: target).class == .safe, "seed \(seed)")
            moved.migrate(to: target, mapping: [:])
            moved.run(limit: 200, answer)
            #expect(moved.output == plain.output && moved.fault == plain.fault, "seed \(seed), point \(point)")
            // What runs side by side may be taken up in another order.
            let kinds = moved.kinds.filter { $0 != .executionMigrated }.map(\.rawValue)
            #expect(kinds.sorted() == plain.kinds.map(\.rawValue).sorted(), "seed \(seed), point \(point)")
        }
    }

    private static func renumbered(_ document: JSON, _ version: String) -> JSON {
        var (document, head) = (document.object ?? [:], document["document"]?.object ?? [:])
        head["version"] = .string(version)
        document["document"] = .object(head)
        return .object(document)
    }
}

extension Simulation {
    /// Goes over to `target`; nothing happens when that is refused.
    mutating func migrate(to target: CompiledDefinition, mapping: [String: String]) {
        let command = ExecutionCommand.migrate(to: target.reference, mapping: mapping)
        let decision = decide(state, command, definition, migratingTo: target, now: now)
        guard case .accepted(let new) = decision else {
            Issue.record("refused: \(decision)")
            return
        }
        for event in new {
            #expect(ExecutionEvent(json: event.json) == event, "\(event.json)")
            state?.apply(event)
        }
        events += new
        definition = target
        check()
    }
}
