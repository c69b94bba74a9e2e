import Core
import Foundation
import HTTP
import Lifecycle
import Synchronization
import Testing

@Suite("HTTP client", .timeLimit(.minutes(5)))
struct HTTPClientTests {
    private func kind(_ request: HTTPClientRequest, _ client: HTTPClient = HTTPClient()) async -> HTTPClientError.Kind?
    {
        do {
            _ = try await client.send(request)
            return nil
        } catch { return error.kind }
    }

    @Test func `methods, headers and bodies arrive as given`() async throws {
        try await withServer { request in
            HTTPResponse(
                status: request.method == "DELETE" ? 204 : 201,
                headers: [
                    "x-method": request.method, "x-type": request.headers["content-type"] ?? "none", "X-Two": " b ",
                ],
                body: request.method == "DELETE" ? .bytes([]) : .bytes(request.body))
        } _: { server, _ in
            let client = HTTPClient()
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let body = method == "GET" ? nil : Array("body of \(method)".utf8)
                let response = try await client.send(
                    HTTPClientRequest(
                        method: method, url: server.url("/"), headers: ["content-type": "a/b"], body: body))
                #expect(response.headers["x-method"] == method)
                #expect(response.headers["x-type"] == "a/b")
                #expect(response.headers["x-two"] == "b")
                if method != "DELETE" { #expect(response.body == body ?? []) }
            }
            let head = try await client.send(HTTPClientRequest(method: "HEAD", url: server.url("/")))
            #expect(head.headers["x-method"] == "HEAD" && head.body.isEmpty)
            let empty = try await client.send(HTTPClientRequest(method: "POST", url: server.url("/"), body: []))
            #expect(empty.status == 201 && empty.headers["x-type"] == "none")
        }
    }

    @Test func `failures are typed`() async throws {
        #expect(await kind(HTTPClientRequest(url: "nonsense")) == .invalidURL)
        #expect(await kind(HTTPClientRequest(url: "file:///etc/passwd")) == .invalidURL)
        #expect(await kind(HTTPClientRequest(url: "http://user:secret@host/")) == .invalidURL)
        #expect(await kind(HTTPClientRequest(url: "http://127.0.0.1:1/")) == .cannotConnect)
        try await withServer { request in
            if request.path == "/slow" { try? await Task.sleep(for: .seconds(60)) }
            return .text(String(repeating: "x", count: 10_000))
        } _: { server, _ in
            let slow = HTTPClientRequest(url: server.url("/slow?secret=1"), timeout: .seconds(1))
            let error = await #expect(throws: HTTPClientError.self) { try await HTTPClient().send(slow) }
            #expect(error?.kind == .timedOut)
            #expect(error?.description.contains("secret") == false)
            #expect(await kind(HTTPClientRequest(url: server.url("/"), maxResponseBytes: 9_999)) == .responseTooLarge)
            #expect(await kind(HTTPClientRequest(url: server.url("/"), maxResponseBytes: 10_000)) == nil)
            let tls = HTTPClientRequest(url: "https://127.0.0.1:\(server.boundPort!)/")
            #expect(await kind(tls) == .tls)
        }
    }

    @Test func `what no connection became free for was not sent, what was sent may have been done`() async throws {
        let (began, seen) = (Gate(), Counter())
        try await withServer { _ in
            seen.increment()
            began.open()
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        } _: { server, _ in
            var configuration = HTTPClientConfiguration()
            configuration.maxConnectionsPerHost = 1
            let client = HTTPClient(configuration)
            let first = Task {
                await #expect(throws: HTTPClientError.self) {
                    try await client.send(
                        HTTPClientRequest(method: "POST", url: server.url("/"), body: [], timeout: .seconds(3)))
                }
            }
            await began.wait()
            let second = await #expect(throws: HTTPClientError.self) {
                try await client.send(
                    HTTPClientRequest(method: "POST", url: server.url("/"), body: [], timeout: .milliseconds(50)))
            }
            #expect(second?.kind == .connectTimedOut && second?.wasNotSent == true && second?.isTransient == true)
            let sent = await first.value
            #expect(sent?.kind == .timedOut && sent?.wasNotSent == false)
            #expect(seen.value == 1)
        }
    }

    @Test func `as many connections as may be used at a time are kept for the next requests`() async throws {
        let arrived = Counter()
        try await withServer { _ in
            let round = (arrived.increment() + 3) / 4
            // All four are under way at a time.
            await until { arrived.value >= round * 4 }
            return .text("")
        } _: { server, _ in
            var configuration = HTTPClientConfiguration()
            (configuration.maxConnectionsPerHost, configuration.maxOpenConnections) = (4, 1)
            let client = HTTPClient(configuration)
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { _ = try await client.send(.init(url: server.url("/"))) } }
                    try await group.waitForAll()
                }
            }
            // Closed ones are listed for a minute.
            let port = String(format: ":%04X", server.boundPort ?? 0)
            let file = try #require(FileHandle(forReadingAtPath: "/proc/self/net/tcp"))
            let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
            let ends = table.split(separator: "\n").filter { $0.split(separator: " ")[2].hasSuffix(port) }
            #expect(ends.count == 4)
        }
    }

    @Test func `requests beyond the limit have their turn later, and one called off while it waits does not`()
        async throws
    {
        let (seen, gate) = (Counter(), Gate())
        let together = Mutex((now: 0, most: 0))
        try await withServer { _ in
            together.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            seen.increment()
            await gate.wait()
            together.withLock { $0.now -= 1 }
            return .text("done")
        } _: { server, _ in
            var configuration = HTTPClientConfiguration()
            configuration.maxConnectionsPerHost = 2
            let client = HTTPClient(configuration)
            let begin = { Task { await self.kind(HTTPClientRequest(url: server.url("/")), client) } }
            let first = [begin(), begin()]
            await until { seen.value == 2 }
            let (later, calledOff) = ((0..<8).map { _ in begin() }, begin())
            calledOff.cancel()
            #expect(await calledOff.value == .cancelled)
            gate.open()
            for task in first + later { #expect(await task.value == nil) }
            #expect(seen.value == 10 && together.withLock(\.most) == 2)
        }
    }

    @Test func `cancelling the task breaks the connection, and the server's handler with it`() async throws {
        let (began, ended) = (Gate(), Gate())
        try await withServer { _ in
            .events(
                AsyncStream { continuation in
                    continuation.onTermination = { _ in ended.open() }
                    continuation.yield(ServerSentEvent.heartbeat)
                    began.open()
                })
        } _: { server, _ in
            let client = HTTPClient()
            let task = Task { await self.kind(HTTPClientRequest(url: server.url("/")), client) }
            await began.wait()
            task.cancel()
            #expect(await task.value == .cancelled)
            await ended.wait()
            let early = Task {
                while !Task.isCancelled { await Task.yield() }
                return await self.kind(HTTPClientRequest(url: server.url("/")), client)
            }
            early.cancel()
            #expect(await early.value == .cancelled)
        }
    }

    @Test func `closing fails what is under way and what comes later`() async throws {
        let began = Gate()
        try await withServer { _ in
            began.open()
            try? await Task.sleep(for: .seconds(60))
            return .text("")
        } _: { server, shutdown in
            let client = HTTPClient()
            async let pending = kind(HTTPClientRequest(url: server.url("/")), client)
            await began.wait()
            client.close()
            #expect(await pending == .closed)
            #expect(await kind(HTTPClientRequest(url: server.url("/")), client) == .closed)
            await server.drain(grace: .zero)
        }
    }

    @Test func `a redirect is an answer, not followed`() async throws {
        try await withServer { _ in
            HTTPResponse(status: 302, headers: ["location": "http://127.0.0.1:1/"])
        } _: {
            server, _ in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
            #expect(response.status == 302)
        }
    }
}
