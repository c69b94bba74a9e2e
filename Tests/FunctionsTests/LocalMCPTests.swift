import Core
import Glibc
import TestKit
import Testing

@testable import Functions

@Suite("MCP servers as local processes", .timeLimit(.minutes(5)))
struct LocalMCPTests {
    /// Speaks as the protocol's text (2025-06-18, lifecycle and stdio) asks a server to.
    private static let server = #"""
        import json, os, sys, time

        def say(message):
            print(json.dumps(dict(message, jsonrpc="2.0")), flush=True)

        def ask():
            line = sys.stdin.readline()
            if not line:
                sys.exit(0)
            return json.loads(line)

        hello = ask()
        assert hello["method"] == "initialize" and hello["params"]["clientInfo"]["name"] == "cadenza"
        print("not a message", flush=True)
        print("a log line", file=sys.stderr, flush=True)
        say({"id": "p", "method": "ping"})
        assert ask() == {"jsonrpc": "2.0", "id": "p", "result": {}}
        say({"id": "s", "method": "sampling/createMessage", "params": {}})
        assert ask()["error"]["code"] == -32601
        spoken = sys.argv[1] if len(sys.argv) > 1 else hello["params"]["protocolVersion"]
        say({"id": hello["id"], "result": {
            "protocolVersion": spoken, "capabilities": {"tools": {}}, "serverInfo": {"name": "t", "version": "1"}}})
        assert ask()["method"] == "notifications/initialized"
        while True:
            asked = ask()
            say({"method": "notifications/message", "params": {"level": "info", "data": "working"}})
            if asked["method"] == "tools/list":
                say({"id": asked["id"], "result": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}})
                continue
            name, given = asked["params"]["name"], asked["params"].get("arguments", {})
            if name == "echo":
                text = given["text"] + os.environ.get("GREETING", "")
                say({"id": asked["id"], "result": {"content": [{"type": "text", "text": text}]}})
            elif name == "leave":
                sys.exit(3)
            elif name == "sleep":
                time.sleep(300)
            else:
                say({"id": asked["id"], "error": {"code": -32602, "message": "no such tool"}})
        """#

    /// Runs `body` with a function table that allows the server, and the arguments of a call of it.
    private func withServer(
        _ confinement: ProcessSettings.Confinement = .unconfined,
        _ body: (FunctionTable, (String, JSON, [String: JSON]) -> JSON) async throws -> Void
    ) async throws {
        // Bubblewrap hides /tmp.
        let path = "/var/tmp/cadenza-test-mcp-\(UInt32.random(in: 0 ... .max)).py"
        let file = try #require(fopen(path, "w"))
        fputs(Self.server, file)
        fclose(file)
        defer { unlink(path) }
        var settings = FunctionSettings()
        settings.localServers = [try #require(LocalServerRule("GREETING= python3 \(path)"))]
        settings.processes.confinement = confinement
        settings.processes.time = .seconds(60)
        try await body(table(settings)) { method, parameters, more in
            var call: JSONObject = [
                "method": .string(method), "parameters": parameters,
                "transport": ["stdio": ["command": "python3", "arguments": [.string(path)]]],
            ]
            for (key, value) in more { call[key] = value }
            if let stdio = more["stdio"]?.object {
                var server: JSONObject = ["command": "python3", "arguments": [.string(path)]]
                for (key, value) in stdio { server[key] = value }
                call["stdio"] = nil
                call["transport"] = ["stdio": .object(server)]
            }
            return .object(call)
        }
    }

    @Test("A tool is called with its arguments and environment; the server may ping and log meanwhile")
    func tools() async throws {
        try await withServer { functions, call in
            #expect(
                try await functions.run("mcp", call("tools/list", nil, [:]), .call())["tools"]?[0]?["name"] == "echo")
            let echo = call(
                "tools/call", ["name": "echo", "arguments": ["text": "hello"]],
                ["stdio": ["environment": ["GREETING": ", ann"]]])
            let output = try await functions.run("mcp", echo, .call())
            #expect(output["content"]?[0]?["text"] == "hello, ann")
        }
    }

    @Test("It runs in the sandbox where processes are off otherwise")
    func sandbox() async throws {
        try await withServer(.off) { functions, call in
            let text = String(repeating: "x", count: 300_000)
            let echo = call("tools/call", ["name": "echo", "arguments": ["text": .string(text)]], [:])
            let output = try await functions.run("mcp", echo, .call())
            #expect(output["content"]?[0]?["text"] == .string(text))
        }
    }

    @Test(
        "Errors, silence, an end and a strange revision are runtime errors; only a tool's call may have done something")
    func failures() async throws {
        try await withServer { functions, call in
            func reach(_ arguments: JSON) async -> (fault: Fault?, reach: FunctionError.Reach?) {
                do throws(FunctionError) { _ = try await functions.run("mcp", arguments, .call()) } catch {
                    if case .fault(let fault, let reach) = error { return (fault, reach) }
                }
                return (nil, nil)
            }
            let broken = await reach(call("tools/call", ["name": "broken"], [:]))
            #expect(broken.fault?.detail == "FN0008: the server answered by error -32602: no such tool")
            #expect(broken.reach == .answered)
            let left = await reach(call("tools/call", ["name": "leave"], [:]))
            #expect(left.reach == .unknown)
            let slow = await reach(call("tools/call", ["name": "sleep"], ["timeout": "PT1S"]))
            #expect(slow.reach == .unknown)
            let path = call("tools/list", nil, [:])["transport"]?["stdio"]?["arguments"]?[0] ?? nil
            let strange = await reach(call("tools/list", nil, ["stdio": ["arguments": [path, "1999-01-01"]]]))
            #expect(strange.fault?.detail?.contains("no revision") == true)
            for one in [broken, left, slow, strange] { #expect(one.fault?.type == Fault.Standard.runtime.type) }
        }
    }

    @Test("Only what the operator lists is started, and nothing by default")
    func allowance() async throws {
        try await withServer { functions, call in
            for server: JSON in [
                ["command": "python3", "arguments": ["-c", "print(1)"]], ["command": "python3", "arguments": []],
                ["command": "/usr/bin/python3"], ["command": "sh"],
                ["environment": ["PYTHONPATH": "/tmp"]],
            ] {
                let fault = await faulted {
                    _ = try await functions.run("mcp", call("tools/list", nil, ["stdio": server]), .call())
                }
                #expect(fault?.type == Fault.Standard.authorization.type, "\(server)")
                #expect(fault?.detail?.hasPrefix("FN0007") == true)
            }
            let off = await faulted { _ = try await table().run("mcp", call("tools/list", nil, [:]), .call()) }
            #expect(off?.type == Fault.Standard.configuration.type)
        }
    }

    @Test("A cancelled call kills its server")
    func cancellation() async throws {
        let marker = "cadenza-test-\(UInt32.random(in: 0 ... .max))"
        try await withServer { functions, call in
            let path = call("tools/list", nil, [:])["transport"]?["stdio"]?["arguments"]?[0] ?? nil
            let sleep = call(
                "tools/call", ["name": "sleep"], ["stdio": ["arguments": [path, "2025-06-18", .string(marker)]]])
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do throws(FunctionError) { _ = try await functions.run("mcp", sleep, .call()) } catch {
                        #expect(error == .cancelled)
                    }
                }
                try? await eventually("it runs") { isRunning(marker) }
                group.cancelAll()
            }
            #expect(!isRunning(marker))
        }
    }
}
