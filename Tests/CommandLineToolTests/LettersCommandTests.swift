import CommandLineDomain
import Core
import HTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct LettersCommandTests {
    /// A gateway that has one letter, `p/t/0/1`, and what it was asked for.
    final class Gateway: Sendable {
        let asked = Mutex<[String]>([])

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            let body = request.body.isEmpty ? "" : String(decoding: request.body, as: UTF8.self)
            let query = request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            asked.withLock { $0.append("\(request.method) \(request.path) \(query)\(body)") }
            let letter: JSON = [
                "id": "p/t/0/1", "state": "open", "diedAt": "2026-01-01T00:00:00Z", "code": "MS0002", "redrives": 0,
                "cause": "no message", "service": "p", "attempts": 1, "key": "k", "body": ["json": ["a": 1]],
                "headers": [["name": "ce_id", "value": "x"], ["name": "odd", "base64": "AA=="]],
                "message": ["source": "s", "traceparent": "00-1"],
                "history": [["at": "2026", "actor": "ann", "step": "edit", "reason": "r", "changes": Self.changes]],
            ]
            switch (request.method, String(request.path.split(separator: "/").last ?? "")) {
            case ("GET", "dead-letters"): return .json(["items": [letter], "next": .null])
            case ("POST", "check"): return .json(Self.check)
            case ("POST", "edit"): return .json(["changes": Self.changes])
            case ("POST", "redrive"): return .json(["state": "deadAgain", "cameBackAs": "p/t/0/2"])
            case ("POST", "discard"): return .json(["state": "discarded"])
            case ("POST", "redrives"): return .json(["id": "r", "status": "running", "letters": 9], status: 202)
            case ("GET", "r"):
                return .json([
                    "id": "r", "status": "stopped", "letters": 9, "sent": 3, "died": 3,
                    "stop": ["reason": "3 letters in a row died again"],
                ])
            default: return .json(letter)
            }
        }

        static let changes: JSON = [
            ["part": "body", "op": "replace", "path": "/a", "from": 1, "to": 2],
            ["part": "headers", "op": "add", "path": "/b", "to": "c"], ["part": "body", "lines": ["-1: x", "+1: y"]],
        ]
        static let check: JSON = [
            "passes": false, "changes": [],
            "checks": [
                ["check": "cloudEvent", "passes": true], ["check": "body", "passes": false, "found": "no JSON"],
            ],
        ]
    }

    private func with(_ body: (Terminal, Gateway) async throws -> Void) async throws {
        let gateway = Gateway()
        let server = HTTPServer(HTTPServerConfiguration()) { request in gateway.answer(request) }
        try server.start()
        let url = "http://127.0.0.1:\(server.boundPort ?? 0)"
        try await body(try Terminal(environment: ["CADENZA_URL": url, "CADENZA_API_KEY": "k"]), gateway)
        await server.drain(grace: .zero)
    }

    @Test func `letters are listed by a filter, and shown`() async throws {
        try await with { terminal, gateway in
            #expect(await terminal.run("letters", "list", "--code", "MS0002") == .done)
            #expect(
                terminal.out == """
                    id       state  died                  code    redrives  cause
                    p/t/0/1  open   2026-01-01T00:00:00Z  MS0002  0         no message
                    """)
            #expect(gateway.asked.withLock { $0.last } == "GET /v1/dead-letters limit=100&code=MS0002&state=open")
            #expect(await terminal.run("letters", "list", "--state", "all") == .done)
            #expect(gateway.asked.withLock { $0.last } == "GET /v1/dead-letters limit=100")
            #expect(await terminal.run("letters", "show", "p/t/0/1") == .done)
            for line in [
                "cause: MS0002 no message", "trace: 00-1", "odd: (base64) AA==", "\"a\": 1", "~ body/a: 1 → 2",
            ] {
                #expect(terminal.out.contains(line), "\(line) in \(terminal.out)")
            }
            #expect(await terminal.run("letters", "show", "p/t/0/1", "--json") == .done)
            #expect(terminal.json?["code"] == "MS0002")
        }
    }

    @Test func `an edit is sent as it was written, and what it changes is printed`() async throws {
        try await with { terminal, gateway in
            let file = try terminal.file("body.yaml", "a: 2\n")
            let edited = await terminal.run(
                "letters", "edit", "p/t/0/1", "--body", "@\(file)", "--header", "b=c=d", "--drop-header", "e",
                "--reason", "r")
            #expect(edited == .done)
            #expect(terminal.out == "~ body/a: 1 → 2\n+ headers/b: \"c\"\nbody -1: x\nbody +1: y")
            let body = #"{"headers":{"b":"c=d","e":null},"body":{"json":{"a":2}},"reason":"r"}"#
            #expect(gateway.asked.withLock { $0.last }?.hasSuffix(" \(body)") == true)
            #expect(await terminal.run("letters", "edit", "p/t/0/1") == .usage)
            #expect(await terminal.run("letters", "edit", "p/t/0/1", "--text", "x", "--hex", "00") == .usage)
            #expect(await terminal.run("letters", "edit", "p/t/0/1", "--header", "b") == .usage)
            #expect(await terminal.run("letters", "check", "p/t/0/1", "--hex", "00") == .negative)
            #expect(terminal.out == "✓ cloudEvent\n✗ body: no JSON")
        }
    }

    @Test func `redrives tell what came of them, also when they stop`() async throws {
        try await with { terminal, gateway in
            #expect(await terminal.run("letters", "redrive", "p/t/0/1") == .negative)
            #expect(terminal.out == "p/t/0/1 deadAgain as p/t/0/2")
            #expect(
                await terminal.run("letters", "redrive", "--service", "p", "--rate", "0.5", "--limit", "9") == .negative
            )
            let told = "3 of 9 published, 0 taken, 3 died again, 0 passed over, 0 not told yet"
            #expect(terminal.out == "r stopped: \(told)")
            #expect(terminal.notes.hasSuffix("stopped: 3 letters in a row died again"))
            let asked = gateway.asked.withLock { $0.first { $0.hasPrefix("POST /v1/redrives") } }
            #expect(asked == #"POST /v1/redrives {"filter":{"service":"p"},"reason":"","rate":0.5,"limit":9}"#)
            #expect(await terminal.run("letters", "redrive", "--all", "--no-wait") == .done)
            #expect(terminal.out == "r")
            #expect(await terminal.run("letters", "redrive") == .usage)
            #expect(await terminal.run("letters", "redrive", "p/t/0/1", "--all") == .usage)
        }
    }

    @Test func `a reason is needed to discard, and the family of commands explains itself`() async throws {
        try await with { terminal, _ in
            #expect(await terminal.run("letters", "discard", "p/t/0/1") == .usage)
            #expect(await terminal.run("letters", "discard", "p/t/0/1", "x", "--reason", "noise") == .done)
            #expect(terminal.out == "p/t/0/1 discarded\nx discarded")
            #expect(await terminal.run("letters", "--help") == .done)
            #expect(terminal.out.contains("letters redrive"))
            #expect(await terminal.run("letters") == .usage)
            #expect(await terminal.run("letters", "lst") == .usage)
            #expect(terminal.notes.contains("did you mean letters list?"))
            #expect(await terminal.run("letters", "redrive", "--help") == .done)
            #expect(terminal.out.contains("cadenza letters redrive [ID…] [options]"))
        }
    }
}
