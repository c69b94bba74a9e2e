import Core
import Engine
import Runner
import Testing

@Suite(.timeLimit(.minutes(5))) struct RunnerTests {
    @Test func virtualTimeJumpsFromOneMomentToTheNext() async throws {
        let world = try await Playground.play(
            Playground.journey, input: ["n": 7], stubs: Playground.answers)
        #expect(world["x"]?.state.status == .completed)
        // 10 of the pause, 2 of the first answer, 1 and 2 between the tries, 30 of the second call.
        #expect(world.view(of: "x")["seconds"] == 45)
        #expect(world.published.map { $0["data"] } == [["passages": []]])
    }

    @Test func aTimeOutComesBeforeALateAnswer() async throws {
        let world = try await Playground.play(
            Playground.journey, stubs: "[ { function: http, output: 1 }, { function: retrieve, delay: PT1H } ]")
        #expect(world.published.first?["data"] == ["late": true])
    }

    @Test(arguments: [
        ("agent:1.0.0", "{ goal: '${ 5 }' }", "/goal"),
        ("retrieve:1.0.0", "{ index: a, query: '${ .q }' }", "/query"),
        ("policy:1.0.0", "{ policy: '${ [] }' }", "/policy"),
        ("approval:1.0.0", "{ title: '${ 5 }' }", "/title"),
        ("approval:1.0.0", "{ title: '${ \"Pay\" }', sla: '${ \"tomorrow\" }' }", "/sla"),
        ("agent:1.0.0", "{ context: 1, budget: '${ 5 }', goal: '${ \"Read\" }' }", "/budget"),
    ])
    func whatDoesNotFitAFunctionOfTheCatalogueIsAskedOfNobody(function: String, with: String, place: String)
        async throws
    {
        let world = try await Playground.play(
            "do: [ { ask: { call: '\(function)', with: \(with) } } ]", stubs: "[ { output: 1 } ]")
        let fault = world["x"]?.state.fault
        #expect(fault?.status == 400 && fault?.instance == "/do/0/ask", "\(fault?.json ?? .null)")
        #expect(fault?.detail?.contains("the arguments of \(function) at \(place)") == true, "\(fault?.detail ?? "")")
        #expect(!world.log.contains { $0.kind == .taskRequested })
    }

    @Test func anAnswerAtTheLastMomentIsInTime() async throws {
        let world = try await Playground.play(
            Playground.journey,
            stubs: "[ { function: http, output: 1 }, { function: retrieve, delay: PT1M, output: 5 } ]")
        #expect(world.published.first?["data"] == 5)
    }

    @Test func equalRunsHaveEqualLogsAndOthersDoNot() async throws {
        let one = try await Playground.play(Playground.journey, input: ["n": 7], stubs: Playground.answers)
        let two = try await Playground.play(Playground.journey, input: ["n": 7], stubs: Playground.answers)
        let other = try await Playground.play(Playground.journey, input: ["n": 8], stubs: Playground.answers)
        #expect(one.logHash == two.logHash)
        #expect(one.logHash != other.logHash)
    }

    @Test func aRestartAtEveryStepChangesNothing() async throws {
        var options = World.Options()
        options.restartsAtEveryStep = true
        let one = try await Playground.play(Playground.journey, input: ["n": 7], stubs: Playground.answers)
        let two = try await Playground.play(
            Playground.journey, input: ["n": 7], stubs: Playground.answers, options: options)
        #expect(two.breaches == [])
        #expect(one.logHash == two.logHash)
    }

    @Test func whatNobodyAnswersWaits() async throws {
        let world = try await Playground.play(
            "do: [ { a: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]",
            stubs: "[ { silent: true } ]")
        #expect(world["x"]?.state.status == .running)
        #expect(world["x"]?.state.causes.isEmpty == false)
    }

    @Test func anEndlessLoopOfPausesComesToTheLimit() async throws {
        let definition = try Playground.definition("do: [ { a: { wait: PT1S } }, { b: { set: { a: 1 }, then: a } } ]")
        var options = World.Options()
        options.eventLimit = 500
        var world = World(DefinitionShelf([definition]), options: options)
        world.start(definition, id: "x", input: [:])
        var runner = Runner(world, functions: try Playground.stubs("[]"))
        await #expect(throws: RunnerError.tooManyEvents(limit: 500)) { try await runner.run() }
    }

    @Test func aLimitStopsTheClock() async throws {
        let definition = try Playground.definition("do: [ { a: { wait: PT1H } } ]")
        var world = World(DefinitionShelf([definition]))
        let start = world.now
        world.start(definition, id: "x", input: [:])
        var runner = Runner(world, functions: try Playground.stubs("[]"))
        try await runner.run(until: start + .seconds(60))
        #expect(runner.world["x"]?.state.status == .waiting)
        #expect(runner.world.now == start + .seconds(60))
        try await runner.run()
        #expect(runner.world["x"]?.state.status == .completed)
    }

    @Test func commandsComeAtTheirMoment() async throws {
        let definition = try Playground.definition("do: [ { a: { wait: PT1H } } ]")
        var world = World(DefinitionShelf([definition]))
        world.start(definition, id: "x", input: [:])
        world.send(.cancel(reason: "enough"), to: "x", at: world.now + .seconds(5))
        var runner = Runner(world, functions: try Playground.stubs("[]"))
        try await runner.run()
        #expect(runner.world["x"]?.state.status == .cancelled)
        #expect(runner.world.view(of: "x")["seconds"] == 5)
    }

    @Test func theRealClockRunsCallsSideBySide() async throws {
        let definition = try Playground.definition(
            """
            do:
              - a: { wait: PT0.01S }
              - b: { call: http, with: { method: get, endpoint: 'https://x.example' } }
            """)
        var world = World(DefinitionShelf([definition]))
        world.start(definition, id: "x", input: [:])
        var runner = Runner(
            world, functions: try Playground.stubs("[ { output: { ok: true }, delay: PT0.02S } ]"),
            time: .real(SystemClock()))
        try await runner.run()
        #expect(runner.world["x"]?.state.output == ["ok": true])
        #expect(runner.world.now - runner.world.log[0].time >= .milliseconds(30))
    }
}
