import Core
import Engine
import Testing
import Workflow

@Suite struct CatalogueTests {
    static func map(_ more: String = "", body: String = "call: 'agent:1.0.0', with: { goal: '${ $item }' }") -> String {
        "do: [ { m: { call: 'map:1.0.0@default', with: { in: .items, \(more) \(body) } } } ]"
    }

    @Test func resultsComeInTheOrderOfTheItemsAndNoMoreAreOpenThanAllowed() throws {
        var run = try Simulation(body: Self.map("concurrency: 2,"))
        run.start(["items": ["a", "b", "c", "d", "e"]])
        #expect(run.state?.outstandingTasks.count == 2)
        var answered: Set<String> = []
        while let state = run.state, !state.status.isFinal {
            #expect(state.outstandingTasks.count <= 2)
            // The latest first.
            let (id, _, _) = try #require(state.outstandingTasks.last)
            let asked = try #require(run.requests.last { $0.taskID == id })
            #expect(answered.insert(id).inserted)
            run.send(
                .taskCompleted(taskID: id, attempt: 1, output: ["did": asked.request.arguments["goal"]!], usage: nil))
        }
        #expect(run.output == .array(["a", "b", "c", "d", "e"].map { ["did": .string($0)] }))
    }

    @Test func aListRunsForEachItemWithItsOwnDataAndVariables() throws {
        var run = try Simulation(
            body: Self.map(
                "each: x, at: n,",
                body: """
                    do: [ { w: { wait: '${ "PT\\($x)S" }' } },
                    { s: { set: { x: '${ $x }', n: '${ $n }', raw: '${ . }' } } } ]
                    """))
        run.run(["items": [3, 1]])
        #expect(run.output == [["x": 3, "n": 0, "raw": 3], ["x": 1, "n": 1, "raw": 1]])
        #expect(run.seconds == 3)
    }

    @Test func theFirstErrorEndsTheMapOrErrorsAreResults() throws {
        func worker(_ request: TaskRequest) -> Simulation.Answer {
            request.arguments["goal"] == "2" ? .fault(RecoveryTests.broken) : .output(request.arguments["goal"]!)
        }
        var run = try Simulation(body: Self.map())
        run.run(["items": ["1", "2", "3"]], worker)
        #expect(run.fault?.status == 503)
        run = try Simulation(body: Self.map("onError: collect,"))
        run.run(["items": ["1", "2", "3"]], worker)
        #expect(run.output?[0] == ["output": "1"])
        #expect(run.output?[1]?["error"]?["status"] == 503)
        #expect(run.output?[2] == ["output": "3"])
    }

    @Test(arguments: ["", "onError: collect,"]) func anItemThatEndsTheExecutionSpeaksForIt(mode: String) throws {
        var run = try Simulation(body: Self.map(mode, body: "do: [ { s: { set: { n: '${ $item }' }, then: end } } ]"))
        run.run(["items": [7, 8]])
        #expect(run.output == ["n": 7])
    }

    @Test func noItemsGiveNoResults() throws {
        var run = try Simulation(body: Self.map())
        run.start(["items": []])
        #expect(run.output == [])
        run = try Simulation(body: Self.map("concurrency: '${ .c }',"))
        run.start(["items": [1], "c": 0])
        #expect(run.fault?.type == Fault.Standard.validation.type)
    }

    @Test func mapsNestAndMergeTheContext() throws {
        var run = try Simulation(
            body: Self.map(
                body: """
                    do: [ { inner: { call: 'map:1.0.0', with: { in: '[ 1, 2 ]', each: y, do: [
                        { s: {
                            set: '${ $item * 10 + $y }',
                            export: { as: '($context // {}) + { "k\\($item)\\($y)": . }' } } } ] } } } ]
                    """) + "\noutput: { as: '{ o: ., c: $context }' }")
        run.start(["items": [1, 2]])
        #expect(run.output?["o"] == [[11, 12], [21, 22]])
        #expect(run.output?["c"] == ["k11": 11, "k12": 12, "k21": 21, "k22": 22])
    }

    @Test func tenThousandItemsAreNoTrouble() throws {
        var run = try Simulation(body: Self.map("concurrency: 50,", body: "do: [ { s: { set: '${ . + 1 }' } } ]"))
        run.quiet = true
        run.run(["items": .array((0..<10_000).map { .integer($0) })])
        #expect(run.output?.array?.count == 10_000)
        #expect(run.output?[9_999] == 10_000)
    }

    @Test(arguments: [
        ("'2023-11-14T23:13:20Z'", 3600.0), ("'2023-11-15T00:13:20+01:00'", 3600.0), ("1700000010", 10.0),
        ("'2001-01-01T00:00:00Z'", 0.0), ("'${ .at }'", 3600.0),
        // 22:13:20 in UTC, a Tuesday, is 23:13:20 in Berlin.
        ("'2023-11-15T00:13:20', timeZone: Europe/Berlin", 3600.0),
        ("'2023-11-15', timeZone: Europe/Berlin", 2800.0),
        ("'${ now }', timeZone: Europe/Berlin, calendar: { hours: { from: '08:00', to: '17:00' } }", 31600.0),
        (
            "'${ now }', timeZone: '${ \"Europe/Berlin\" }', "
                + "calendar: { hours: { from: '08:00', to: '17:00' }, "
                + "holidays: [ '2023-11-15', '${ \"2023-11-16\" }' ] }",
            31600.0 + 172_800
        ),
    ])
    func untilWaitsForAMoment(at: String, seconds: Double) throws {
        var run = try Simulation(body: "do: [ { u: { call: 'until:1.0.0@default', with: { at: \(at) } } } ]")
        run.run(["at": "2023-11-14T23:13:20Z"])
        #expect(run.seconds == seconds)
        #expect(run.output == ["at": "2023-11-14T23:13:20Z"])
    }

    @Test func untilTakesNoNonsense() throws {
        for with in ["at: '${ \"soon\" }'", "at: '${ \"2026-01-01T09:00\" }'", "at: 0, timeZone: '${ \"Mars/Base\" }'"]
        {
            var run = try Simulation(body: "do: [ { u: { call: 'until:1.0.0@default', with: { \(with) } } } ]")
            run.start()
            #expect(run.fault?.type == Fault.Standard.validation.type && run.fault?.instance == "/do/0/u")
        }
    }

    @Test(arguments: [
        "at: soon", "at: '2026-01-01T09:00'", "at: 0, timeZone: Mars/Base", "at: 0, calendar: { days: [ monday ] }",
        "at: 0, calendar: { hours: { from: '17:00', to: '09:00' } }", "at: 0, calendar: { holidays: [ '2026-02-30' ] }",
        "timeZone: Europe/Berlin", "at: 0, zone: UTC",
        // What is written out is checked, though the rest is evaluated later.
        "at: '${ .due }', timeZone: Mars/Base",
    ])
    func nonsenseThatIsWrittenOutIsRefused(with: String) {
        #expect(throws: DefinitionFaults.self) {
            try Simulation(body: "do: [ { u: { call: 'until:1.0.0@default', with: { \(with) } } } ]")
        }
    }
}
