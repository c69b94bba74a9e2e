import Core
import HTTP
import TestKit
import Testing

@testable import Functions

@Suite("Remote procedures", .timeLimit(.minutes(5)))
struct RemoteProcedureTests {
    /// An MCP server that answers in JSON or in streams of events that stay open.
    private func mcp(_ request: HTTPRequest, streams: Bool) -> HTTPResponse {
        if request.method == "DELETE" { return HTTPResponse(status: 405) }
        guard let message = try? JSON(parsing: request.body), let method = message["method"]?.string else {
            return HTTPResponse(status: 400)
        }
        let result: JSON
        switch method {
        case "initialize":
            result = [
                "protocolVersion": message["params"]?["protocolVersion"] ?? nil, "capabilities": ["tools": [:]],
                "serverInfo": ["name": "t", "version": "1"],
            ]
        case "notifications/initialized": return HTTPResponse(status: 202)
        case "tools/call" where message["params"]?["name"] == "broken":
            return .json(
                ["jsonrpc": "2.0", "id": 1, "error": ["code": -32602, "message": "no such tool"]], status: 400)
        case "tools/call":
            result = ["content": [["type": "text", "text": message["params"]?["arguments"]?["x"] ?? nil]]]
        default: result = ["tools": [["name": "echo"]]]
        }
        let answer: JSON = ["jsonrpc": "2.0", "id": message["id"] ?? nil, "result": result]
        guard streams else {
            return HTTPResponse.json(answer, headers: ["mcp-session-id": "s1"])
        }
        let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
        let note: JSON = ["jsonrpc": "2.0", "method": "notifications/progress"]
        feed.yield(ServerSentEvent(data: note.text()).bytes)
        feed.yield(ServerSentEvent(data: answer.text()).bytes)
        var response = HTTPResponse.events(stream)
        response.headers["mcp-session-id"] = "s1"
        return response
    }

    private func arguments(_ url: String, _ method: String, _ parameters: JSON = nil) -> JSON {
        [
            "method": .string(method), "parameters": parameters,
            "transport": ["http": ["endpoint": .string(url + "/mcp"), "headers": ["X-A": "b"]]],
        ]
    }

    @Test("MCP: a session is begun, used and ended, with answers in JSON and in streams", arguments: [false, true])
    func session(streams: Bool) async throws {
        try await withOutside({ request, _ in mcp(request, streams: streams) }) { (url, asked) async throws in
            let result = try await table().run(
                "mcp", arguments(url, "tools/call", ["name": "echo", "arguments": ["x": "hi"]]), .call())
            #expect(result == ["content": [["type": "text", "text": "hi"]]])
            let methods = asked.all.map { request in
                (try? JSON(parsing: request.body))?["method"]?.string ?? request.method
            }
            #expect(methods == ["initialize", "notifications/initialized", "tools/call", "DELETE"])
            #expect(asked.all.map { $0.headers["mcp-session-id"] } == [nil, "s1", "s1", "s1"])
            #expect(
                asked.all.map { $0.headers["mcp-protocol-version"] } == [nil] + .init(repeating: "2025-06-18", count: 3)
            )
            #expect(asked.all.allSatisfy { $0.headers["x-a"] == "b" })
            let listed = try await table().run("mcp", arguments(url, "tools/list"), .call())
            #expect(listed == ["tools": [["name": "echo"]]])
        }
    }

    @Test("MCP: failures are runtime errors; only a tool's call may have done something")
    func failures() async throws {
        try await withOutside({ request, _ in mcp(request, streams: false) }) { (url, _) async throws in
            let broken = arguments(url, "tools/call", ["name": "broken"])
            let fault = await faulted { _ = try await table().run("mcp", broken, .call()) }
            #expect(fault?.type == Fault.Standard.runtime.type)
            #expect(fault?.detail == "FN0008: the server answered by error -32602: no such tool")
            #expect(try await table().prepare("mcp", broken, .call()).effect == .irreversible)
            #expect(try await table().prepare("mcp", arguments(url, "tools/list"), .call()).effect == .reads)
        }
        do throws(FunctionError) {
            _ = try await table().run("mcp", arguments("http://127.0.0.1:1", "tools/call", [:]), .call())
        } catch {
            #expect(error.fault?.type == Fault.Standard.runtime.type)
            #expect(error == .fault(error.fault!, .nothing))
        }
        for wrong: JSON in [
            ["method": "tools/delete", "transport": ["http": ["endpoint": "http://h"]]],
            ["method": "tools/list"], ["method": "tools/list", "transport": ["stdio": ["command": "npx"]]],
        ] {
            let fault = await faulted { _ = try await table().run("mcp", wrong, .call()) }
            #expect(fault?.status == 400)
        }
    }

    private func agent(_ request: HTTPRequest) -> HTTPResponse {
        if request.path == "/.well-known/agent-card.json" {
            return .json(["name": "a", "url": "/rpc", "preferredTransport": "JSONRPC"])
        }
        guard let message = try? JSON(parsing: request.body), let method = message["method"]?.string else {
            return HTTPResponse(status: 400)
        }
        func answer(_ result: JSON) -> JSON { ["jsonrpc": "2.0", "id": message["id"] ?? nil, "result": result] }
        switch method {
        case "message/send": return .json(answer(message["params"] ?? nil))
        case "message/stream":
            let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
            for result: JSON in [["kind": "task"], ["kind": "status-update", "final": true]] {
                feed.yield(ServerSentEvent(data: answer(result).text()).bytes)
            }
            return .events(stream)
        default:
            return .json(["jsonrpc": "2.0", "id": 1, "error": ["code": -32001, "message": "Task not found"]])
        }
    }

    @Test("A2A: by card or by server; message id and role are filled in, the same in every attempt")
    func agents() async throws {
        try await withOutside({ request, _ in agent(request) }) { (url, asked) async throws in
            let message: JSON = ["message": ["parts": [["kind": "text", "text": "Go."]]]]
            let card: JSON = [
                "method": "message/send", "parameters": message,
                "agentCard": ["endpoint": .string(url + "/.well-known/agent-card.json")],
            ]
            let first = try await table().run("a2a", card, .call("e:1"))
            let again = try await table().run("a2a", card, .call("e:1"))
            #expect(first == again)
            #expect(first["message"]?["role"] == "user")
            #expect(first["message"]?["messageId"]?.string?.utf8.count == 36)
            #expect(try await table().run("a2a", card, .call("e:2")) != first)
            #expect(asked.all.last?.path == "/rpc")
            let server: JSON = [
                "method": "message/stream", "parameters": message,
                "server": ["uri": .string(url), "authentication": ["bearer": ["token": "t"]]],
            ]
            let stream = try await table().run("a2a", server, .call())
            #expect(stream == [["kind": "task"], ["kind": "status-update", "final": true]])
            #expect(asked.all.last?.headers["authorization"] == "Bearer t")
            let get: JSON = ["method": "tasks/get", "parameters": ["id": "x"], "server": .string(url)]
            let fault = await faulted { _ = try await table().run("a2a", get, .call()) }
            #expect(fault?.type == Fault.Standard.runtime.type)
        }
    }

    @Test("Events are read as a browser reads them")
    func events() {
        let text = ": hello\r\ndata: a\r\ndata:b\r\n\r\nevent: x\nid: 1\n\ndata: c\n\ndata: unfinished"
        #expect(EventStream.data(of: Array(text.utf8)) == ["a\nb", "c"])
    }
}
