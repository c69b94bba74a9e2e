import Core
import HTTP
import Testing

@Suite("Resilient client", .timeLimit(.minutes(5)))
struct ResilientClientTests {
    private static func quick(_ limit: Int = 3) -> ResilientClient.Policy {
        var policy = ResilientClient.Policy()
        policy.retry = RetryPolicy(base: .milliseconds(1), cap: .milliseconds(2), limit: limit)
        policy.breaker.minimumCalls = 100
        return policy
    }

    @Test func `an idempotent request is repeated until it succeeds`() async throws {
        let calls = Counter()
        try await withServer { _ in
            HTTPResponse(status: calls.increment() < 3 ? 503 : 200)
        } _: { server, _ in
            let client = ResilientClient(HTTPClient(), policy: Self.quick())
            let status1 = try await status(client, HTTPClientRequest(url: server.url("/")))
            #expect(status1 == 200)
            #expect(calls.value == 3)
        }
    }

    @Test func `a request that may have had its effect is sent once, unless it carries a key`() async throws {
        let calls = Counter()
        try await withServer { _ in
            calls.increment()
            return HTTPResponse(status: 503)
        } _: { server, _ in
            let client = ResilientClient(HTTPClient(), policy: Self.quick(2))
            let plain = HTTPClientRequest(method: "POST", url: server.url("/"), body: [])
            let status2 = try await status(client, plain)
            #expect(status2 == 503)
            #expect(calls.value == 1)
            var keyed = plain
            keyed.headers["idempotency-key"] = "k"
            let status3 = try await status(client, keyed)
            #expect(status3 == 503)
            #expect(calls.value == 4)
        }
    }

    @Test func `a failing host is left alone, then probed`() async throws {
        let (calls, healthy) = (Counter(), Gate())
        try await withServer { _ in
            calls.increment()
            return HTTPResponse(status: healthy.isOpen ? 200 : 500)
        } _: { server, _ in
            var policy = Self.quick(0)
            policy.breaker.minimumCalls = 5
            policy.breaker.openFor = .milliseconds(50)
            let client = ResilientClient(HTTPClient(), policy: policy)
            let request = HTTPClientRequest(url: server.url("/"))
            for _ in 0..<5 { #expect(try await status(client, request) == 500) }
            let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
            #expect(error?.kind == .circuitOpen)
            #expect(calls.value == 5)
            #expect(client.isOpen("127.0.0.1:\(server.boundPort!)"))
            healthy.open()
            try await Task.sleep(for: .milliseconds(60))
            let status4 = try await status(client, request)
            #expect(status4 == 200)
            #expect(!client.isOpen("127.0.0.1:\(server.boundPort!)"))
        }
    }

    @Test func `no more calls to a host at a time than its bulkhead holds`() async throws {
        let (began, go) = (Gate(), Gate())
        try await withServer { _ in
            began.open()
            await go.wait()
            return .text("ok")
        } _: { server, _ in
            var policy = Self.quick(0)
            policy.callsPerHost = 1
            let client = ResilientClient(HTTPClient(), policy: policy)
            let request = HTTPClientRequest(url: server.url("/"))
            async let first = client.send(request)
            await began.wait()
            let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
            #expect(error?.kind == .bulkheadFull)
            go.open()
            let response = try await first
            #expect(response.status == 200)
            let status5 = try await status(client, request)
            #expect(status5 == 200)
        }
    }

    @Test func `a host that is not on the list is never called`() async throws {
        var policy = Self.quick()
        policy.egress = EgressRules(allowing: ["api.example.com"])!
        let client = ResilientClient(HTTPClient(), policy: policy)
        let error = await #expect(throws: HTTPClientError.self) {
            try await client.send(HTTPClientRequest(url: "http://127.0.0.1:1/"))
        }
        #expect(error?.kind == .egressRefused)
    }
}

/// Untyped throws, as the testing macros want.
private func status(_ client: ResilientClient, _ request: HTTPClientRequest) async throws -> Int {
    try await client.send(request).status
}
