import CommandLineDomain
import Core
import Testing

@Suite(.timeLimit(.minutes(5))) struct LocalCommandTests {
    @Test func withoutACommandItExplainsItself() async throws {
        let terminal = try Terminal()
        #expect(await terminal.run() == .usage)
        #expect(terminal.notes.contains("  simulate"))
        #expect(await terminal.run("--help") == .done)
        #expect(terminal.out.contains("Exit status"))
        #expect(await terminal.run("rnu") == .usage)
        #expect(terminal.notes.contains("did you mean run?"))
        #expect(await terminal.run("run", "--help") == .done)
        #expect(terminal.out.contains("cadenza run FILE [options]"))
    }

    @Test func lintShowsThePlaceWithACaret() async throws {
        let terminal = try Terminal()
        let good = try terminal.file("good.yaml", Terminal.greeting)
        #expect(await terminal.run("lint", good) == .done)
        #expect(terminal.out == "\(good): ok test/greeting:1.0.0")
        let bad = try terminal.file("bad.yaml", Terminal.greeting.replacing("PT1H", with: "soon"))
        #expect(await terminal.run("lint", good, bad) == .negative)
        #expect(terminal.out.contains("\(bad):3:"))
        #expect(terminal.out.contains("    3 |   - pause: { wait: soon }\n"))
        #expect(terminal.out.contains("^"))
        #expect(await terminal.run("lint", "--json", bad) == .negative)
        #expect(terminal.json?[0]?["line"] == 3)
        #expect(terminal.json?[0]?["pointer"] == "/do/0/pause/wait")
        #expect(await terminal.run("lint", terminal.path("none.yaml")) == .usage)
        #expect(terminal.notes.contains("cannot be read"))
    }

    @Test func runPrintsTheOutputAndTheProgress() async throws {
        let terminal = try Terminal()
        let file = try terminal.file("a.yaml", Terminal.greeting)
        let stubs = try terminal.file("stubs.yaml", Terminal.stubs)
        let status = await terminal.run(
            "run", file, "--virtual", "--stubs", stubs, "--input", "name: Ann", "--log", terminal.path("log"))
        #expect(status == .done, "\(terminal.notes)")
        #expect(terminal.json == ["text": "Hello Ann"])
        #expect(terminal.notes.contains("+PT1H    /do/1/ask calls http"), "\(terminal.notes)")
        #expect(terminal.notes.contains("/do/2/greet completed"))
        #expect(await terminal.run("run", file, "--seed", "1", "--stubs", stubs, "--quiet", "--json") == .done)
        #expect(terminal.notes == "")
        #expect(terminal.json?["status"] == "completed")
        let hash = terminal.json?["logHash"]
        await terminal.run("run", file, "--seed", "1", "--stubs", stubs, "--quiet", "--json")
        #expect(terminal.json?["logHash"] == hash)
    }

    @Test func runTellsHowItEnded() async throws {
        let terminal = try Terminal()
        let file = try terminal.file("a.yaml", Terminal.greeting)
        let broken = try terminal.file("broken.yaml", "[ { fault: { type: communication, status: 503 } } ]")
        #expect(await terminal.run("run", file, "--virtual", "--stubs", broken) == .negative)
        #expect(terminal.notes.contains("\"status\": 503"))
        let silent = try terminal.file("silent.yaml", "[ { silent: true } ]")
        #expect(await terminal.run("run", file, "--virtual", "--stubs", silent) == .unfinished)
        #expect(terminal.notes.contains("task  /do/1/ask"))
        #expect(await terminal.run("run", file, "--virtual", "--for", "PT1M") == .unfinished)
        #expect(terminal.notes.contains("waiting for:\n  timer  /do/0/pause"))
    }

    @Test func runFollowsASchedule() async throws {
        let terminal = try Terminal()
        let file = try terminal.file(
            "a.yaml",
            """
            document: { dsl: '1.0.3', namespace: test, name: often, version: '1.0.0' }
            schedule: { every: PT10M }
            do: [ { one: { set: { a: 1 } } } ]
            """)
        #expect(await terminal.run("run", file, "--virtual", "--schedule", "--for", "PT35M", "--quiet") == .done)
        #expect(terminal.json?.array?.map { $0["output"] } == [["a": 1], ["a": 1], ["a": 1]])
        #expect(await terminal.run("run", file, "--virtual", "--schedule") == .usage)
    }

    @Test func graphDrawsEitherWay() async throws {
        let terminal = try Terminal()
        let file = try terminal.file("a.yaml", Terminal.greeting)
        #expect(await terminal.run("graph", file) == .done)
        #expect(terminal.out.contains("flowchart") && terminal.out.contains("greet"))
        #expect(await terminal.run("graph", file, "--svg") == .done)
        #expect(terminal.out.contains("<svg") && terminal.out.contains("greet"))
        #expect(await terminal.run("graph", file, "--svg", "--mermaid") == .usage)
    }

    @Test func lintWarnsAndGivesAdvice() async throws {
        let terminal = try Terminal()
        let file = try terminal.file(
            "a.yaml",
            """
            document: { dsl: '1.0.3', namespace: test, name: warned, version: '1.0.0' }
            do:
              - one: { set: { a: 1 }, then: end }
              - two: { set: { a: 2 } }
            """)
        #expect(await terminal.run("lint", file) == .done)
        #expect(terminal.out.contains("warning"))
        #expect(await terminal.run("lint", "--strict", file) == .negative)
        let wrong = try terminal.file(
            "b.yaml",
            """
            document: { dsl: '1.0.3', namespace: test, name: wrong, version: '1.0.0' }
            do: [ { one: { sett: { a: 1 } } } ]
            """)
        #expect(await terminal.run("lint", wrong) == .negative)
        #expect(terminal.out.contains("error"))
    }

    @Test(arguments: [
        (["--input", "{"], "the input is neither JSON nor YAML"), (["--stubs", "/nowhere"], "/nowhere cannot be read"),
        (["--event", "{\"a\":1}"], "no CloudEvent"), (["--seed", "x"], "x is no seed"),
        (["--for", "x"], "x is no duration"),
    ])
    func wrongValuesAreToldFromWrongRuns(arguments: [String], message: String) async throws {
        let terminal = try Terminal()
        let file = try terminal.file("a.yaml", Terminal.greeting)
        #expect(await terminal.run("run", file, "--virtual", arguments[0], arguments[1]) == .usage)
        #expect(terminal.notes.contains(message), "\(terminal.notes)")
    }

    @Test func simulateKeepsAFailingRunAndPlaysItAgain() async throws {
        let terminal = try Terminal()
        let file = try terminal.file("a.yaml", Terminal.greeting)
        let stubs = try terminal.file("stubs.yaml", Terminal.stubs)
        let kept = terminal.path("kept.json")
        let honest = "(.status == \"completed\") == (.fault == null)"
        #expect(
            await terminal.run("simulate", file, "--stubs", stubs, "--seeds", "50", "--invariant", honest) == .done)
        #expect(terminal.out.contains("ok: 50 seeds"), "\(terminal.out)")
        let naive = ".status == \"completed\""
        #expect(
            await terminal.run(
                "simulate", file, "--stubs", stubs, "--seeds", "200", "--invariant", naive, "--save", kept)
                == .negative)
        #expect(terminal.out.contains("failure at run:2#1"), "\(terminal.out)")
        #expect(await terminal.run("simulate", "--replay", kept) == .negative)
        #expect(terminal.out.contains(naive))
        #expect(
            await terminal.run(
                "simulate", file, "--stubs", stubs, "--invariant", naive, "--faults", "late,restart") == .done)
        #expect(await terminal.run("simulate", file, "--faults", "flood") == .usage)
        #expect(await terminal.run("simulate", file, "--invariant", ".a |") == .usage)
    }
}
