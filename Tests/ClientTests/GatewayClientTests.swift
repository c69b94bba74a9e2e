import Client
import Core
import HTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct GatewayClientTests {
    /// A server that answers by `handler`, and a client of it.
    static func with<Value>(
        _ handler: @escaping HTTPServer.Handler, _ body: (GatewayClient) async throws -> Value
    ) async throws -> Value {
        let server = HTTPServer(HTTPServerConfiguration(), handler: handler)
        try server.start()
        let client = GatewayClient(url: "http://127.0.0.1:\(server.boundPort ?? 0)/", key: "secret")
        do {
            let value = try await body(client)
            await server.drain(grace: .zero)
            return value
        } catch {
            await server.drain(grace: .zero)
            throw error
        }
    }

    @Test func aRequestCarriesKeyAndNames() async throws {
        let answer = try await Self.with({ request in
            let body = (try? JSON(parsing: request.body)) ?? .null
            return .json([
                "path": .string(request.path), "method": .string(request.method), "body": body,
                "key": .string(request.headers["authorization"] ?? ""),
                "once": .string(request.headers["idempotency-key"] ?? ""),
            ])
        }) { client in
            try await client.start(namespace: "a", name: "b c", version: "1.0.0", input: ["n": 1], idempotencyKey: "k")
        }
        #expect(
            answer == [
                "path": "/v1/workflows/a/b c/execute", "method": "POST", "key": "Bearer secret", "once": "k",
                "body": ["input": ["n": 1], "version": "1.0.0"],
            ])
    }

    @Test func historyIsReadPageByPage() async throws {
        let events = try await Self.with({ request in
            let at = request.query("cursor").flatMap(Int.init) ?? 0
            return .json([
                "items": [.integer(Int64(at))], "next": at < 3 ? .string(String(at + 1)) : .null,
            ])
        }) { client in try await client.history("x") }
        #expect(events == [0, 1, 2, 3])
    }

    @Test func aRefusalTellsWhatTheGatewaySays() async throws {
        let error = await #expect(throws: ClientError.self) {
            try await Self.with({ _ in
                .json(
                    [
                        "code": "GW0001", "title": "No", "detail": "Not so.", "whatToDo": "Do it.",
                        "errors": [["pointer": "/do", "found": "a", "expected": "b"]],
                    ], status: 422)
            }) { client in try await client.register([:]) }
        }
        #expect(error?.description == "GW0001: No. Not so. Do it.\n  /do: found a, expected b")
    }

    @Test func whatIsNoGatewayIsToldApart() async throws {
        let error = await #expect(throws: ClientError.self) {
            try await Self.with({ _ in .text("hello") }) { client in try await client.execution("x") }
        }
        #expect(error == .malformed(status: 200))
        let closed = await #expect(throws: ClientError.self) {
            try await GatewayClient(url: "http://127.0.0.1:1", key: nil).why("x")
        }
        guard case .unreachable = closed else {
            Issue.record("\(String(describing: closed))")
            return
        }
    }
}
