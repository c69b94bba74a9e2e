import CommandLineDomain
import Core
import HTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct GatewayCommandTests {
    /// A gateway that knows one execution, `x`.
    static func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard request.headers["authorization"] == "Bearer k" else {
            return .json(["code": "GW0001", "title": "The caller is not known"], status: 401)
        }
        switch (request.method, request.path) {
        case ("POST", "/v1/workflows"): return .json(["status": "registered"], status: 201)
        case ("POST", "/v1/workflows/test/greeting/execute"):
            let body = (try? JSON(parsing: request.body)) ?? .null
            return .json(["id": "x", "status": "pending", "given": body], status: 202)
        case ("GET", "/v1/executions/x"): return .json(["id": "x", "status": "completed", "output": ["a": 1]])
        case ("GET", "/v1/executions/y"): return .json(["id": "y", "status": "waiting"])
        case ("POST", "/v1/executions/x/cancel"): return .json(["id": "x"], status: 202)
        case ("POST", "/v1/workflows/test/greeting/migrations"):
            let body = (try? JSON(parsing: request.body)) ?? .null
            let isMapped = body["mapping"]?.object?.isEmpty == false
            return .json([
                "id": .string(isMapped ? "mapped" : "m"), "status": "planned", "from": body["from"] ?? .null,
                "to": body["to"] ?? .null,
                "plan": ["safe": 1, "needsMapping": .integer(isMapped ? 0 : 1), "impossible": 0],
                "migrated": body["apply"] == true ? 1 : 0, "suggestedMapping": isMapped ? [:] : ["/do/0/a": "/do/1/a"],
            ])
        case ("GET", "/v1/migrations/mapped/executions"):
            return .json(["items": [["id": "x", "class": "safe", "findings": [], "migrated": true]], "next": .null])
        case ("GET", "/v1/migrations/m/executions"):
            let finding: JSON = ["task": "/do/0/a", "reason": "it has moved", "suggestion": "/do/1/a"]
            return .json(["items": [["id": "x", "class": "needsMapping", "findings": [finding]]], "next": .null])
        case ("GET", "/v1/executions/x/why"):
            return .json(["status": "waiting", "causes": [["kind": "timer", "due": "2026-01-01T00:00:00Z"]]])
        case ("GET", "/v1/executions/x/history"):
            return .json([
                "items": [
                    [
                        "sequence": 1, "time": "1970-01-01T00:00:00Z", "kind": "executionStarted", "status": "pending",
                        "body": ["kind": "executionStarted", "time": 0, "execution": "x", "input": ["n": 1]],
                    ],
                    [
                        "sequence": 2, "time": "1970-01-01T00:00:01Z", "kind": "taskCompleted", "task": "/do/0/a",
                        "taskId": "x:1", "hash": "00", "status": "running",
                        "body": ["kind": "taskCompleted", "time": 1_000_000, "task": "/do/0/a", "run": 1],
                    ],
                ], "next": .null,
            ])
        case ("GET", "/v1/incidents"):
            let state = request.query("status") ?? "all"
            return .json(["items": [["id": "i", "status": .string(state), "target": "POST a/b"]], "next": .null])
        case ("GET", "/v1/incidents/i"): return .json(["id": "i", "status": "open"])
        case ("POST", "/v1/incidents/i/decision"): return .json((try? JSON(parsing: request.body)) ?? .null)
        default: return .json(["code": "GW0003", "title": "Not found"], status: 404)
        }
    }

    static func with(_ body: (Terminal) async throws -> Void) async throws {
        let server = HTTPServer(HTTPServerConfiguration()) { request in answer(request) }
        try server.start()
        let url = "http://127.0.0.1:\(server.boundPort ?? 0)"
        try await body(try Terminal(environment: ["CADENZA_URL": url, "CADENZA_API_KEY": "k"]))
        await server.drain(grace: .zero)
    }

    @Test func incidentsAreListedShownAndDecided() async throws {
        try await Self.with { terminal in
            #expect(await terminal.run("incidents", "list") == .done)
            #expect(terminal.out.contains("i  open  POST a/b"))
            #expect(await terminal.run("incidents", "show", "i") == .done)
            #expect(terminal.out.contains("status  open"))
            #expect(
                await terminal.run(
                    "incidents", "decide", "i", "done", "--result", "{\"sent\":1}", "--comment", "seen", "--json")
                    == .done)
            #expect(terminal.out.contains("\"decision\": \"done\"") && terminal.out.contains("\"sent\": 1"))
            #expect(await terminal.run("incidents", "decide", "i", "shrug") == .usage)
            #expect(await terminal.run("incidents", "decide", "i") == .usage)
            #expect(await terminal.run("incidents", "show", "j") == .refused)
        }
    }

    @Test func aDefinitionIsRegisteredAndStarted() async throws {
        try await Self.with { terminal in
            let file = try terminal.file("a.yaml", Terminal.greeting)
            #expect(await terminal.run("register", file) == .done)
            #expect(terminal.out == "test/greeting:1.0.0 registered")
            #expect(await terminal.run("start", "test/greeting@1.0.0", "--input", "{\"n\":1}") == .done)
            #expect(terminal.out == "x")
            #expect(await terminal.run("start", "test/greeting@1.0.0", "--input", "{\"n\":1}", "--json") == .done)
            #expect(terminal.json?["given"] == ["input": ["n": 1], "version": "1.0.0"])
            #expect(await terminal.run("start", "greeting") == .usage)
        }
    }

    @Test func whereItStandsIsToldByWordsAndStatus() async throws {
        try await Self.with { terminal in
            #expect(await terminal.run("status", "x") == .done)
            #expect(terminal.json == ["a": 1])
            #expect(await terminal.run("status", "y") == .unfinished)
            #expect(await terminal.run("why", "x") == .done)
            #expect(terminal.out == "waiting\n  timer  due=2026-01-01T00:00:00Z")
            #expect(await terminal.run("cancel", "x") == .done)
        }
    }

    @Test func aMigrationIsPlannedAndAppliedWithWhatThePlanSuggests() async throws {
        try await Self.with { terminal in
            #expect(await terminal.run("migrate", "plan", "test/greeting", "--from", "1.0.0") == .negative)
            #expect(
                terminal.out == """
                    m planned: 1.0.0 to latest, 1 safe, 1 needsMapping, 0 impossible, 0 migrated
                      x  needsMapping
                        /do/0/a: it has moved; perhaps /do/1/a
                      --map /do/0/a=/do/1/a
                    """)
            let applied = await terminal.run("migrate", "apply", "test/greeting", "--from", "1.0.0", "--suggested")
            #expect(applied == .done && terminal.out.contains("x  migrated"))
            #expect(await terminal.run("migrate", "plan", "test/greeting") == .usage)
            #expect(await terminal.run("migrate", "move", "test/greeting", "--from", "1.0.0") == .usage)
        }
    }

    @Test func historyIsATableOrJSON() async throws {
        try await Self.with { terminal in
            #expect(await terminal.run("history", "x") == .done)
            #expect(
                terminal.out == """
                    #  time                  event             task     run
                    1  1970-01-01T00:00:00Z  executionStarted
                    2  1970-01-01T00:00:01Z  taskCompleted     /do/0/a  1
                    """)
            #expect(await terminal.run("history", "x", "--wide") == .done)
            #expect(terminal.out.contains("  input={\"n\":1}\n"))
            #expect(await terminal.run("history", "x", "--json") == .done)
            #expect(terminal.json?[1]?["task"] == "/do/0/a")
        }
    }

    @Test func aRefusalHasAStatusOfItsOwn() async throws {
        try await Self.with { terminal in
            #expect(await terminal.run("status", "z") == .refused)
            #expect(terminal.notes == "cadenza status: GW0003: Not found")
            #expect(await terminal.run("status", "x", "--key", "wrong") == .refused)
            #expect(await terminal.run("status", "x", "--url", "http://127.0.0.1:1") == .refused)
            #expect(terminal.notes.contains("cannot be reached"))
        }
    }
}
