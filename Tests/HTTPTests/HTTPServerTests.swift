import Core
import HTTP
import Lifecycle
import Testing

@Suite("HTTP server on real sockets", .timeLimit(.minutes(5)))
struct HTTPServerTests {
    private static func echo(_ request: HTTPRequest) -> HTTPResponse {
        .json([
            "method": .string(request.method), "path": .string(request.path),
            "size": .integer(Int64(request.body.count)),
            "q": request.query("q").map { .string($0) } ?? .null, "from": .string(request.remoteAddress),
            "header": request.headers["X-Given"].map { .string($0) } ?? .null,
        ])
    }

    @Test func `a request reaches the handler whole and decoded`() async throws {
        try await withServer { request in
            Self.echo(request)
        } _: { server, _ in
            let client = HTTPClient()
            let response = try await client.send(
                HTTPClientRequest(
                    method: "POST", url: server.url("/a%20b/%C3%A4?q=x+y%26z"), headers: ["X-Given": "yes"],
                    body: [UInt8](repeating: 7, count: 100_000)))
            let json = try JSON(parsing: response.body)
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(json["path"] == "/a b/ä")
            #expect(json["q"] == "x y&z")
            #expect(json["size"] == 100_000)
            #expect(json["header"] == "yes")
            #expect(json["from"] == "127.0.0.1")
        }
    }

    @Test func `one connection serves many requests`() async throws {
        try await withServer { request in
            Self.echo(request)
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            for number in 1...5 {
                await connection.send("GET /n/\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await connection.answer().contains("\"/n/\(number)\""))
            }
        }
    }

    @Test func `requests are handled at the same time`() async throws {
        let (gate, arrived) = (Gate(), Counter())
        try await withServer { _ in
            // Nobody is answered before all have come.
            if arrived.increment() == 40 { gate.open() }
            await gate.wait()
            return .text("ok")
        } _: { server, _ in
            let client = HTTPClient()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await client.send(HTTPClientRequest(url: server.url("/"))).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test func `an answer may be streamed, also to a slow reader`() async throws {
        try await withServer { _ in
            HTTPResponse(
                body: .stream(
                    AsyncStream { continuation in
                        for number in 0..<2000 {
                            continuation.yield([UInt8](repeating: UInt8(number % 251), count: 1000))
                        }
                        continuation.finish()
                    }))
        } _: { server, _ in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
            #expect(response.body.count == 2_000_000)
            #expect(response.body[1_999_999] == UInt8(1999 % 251))
        }
    }

    @Test func `events are sent as they come, and the stream ends when the client goes`() async throws {
        let (ended, feed) = (Gate(), AsyncStream<[UInt8]>.makeStream())
        feed.continuation.onTermination = { _ in ended.open() }
        try await withServer { _ in
            .events(feed.stream)
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await connection.read(until: "\r\n\r\n").contains("text/event-stream"))
            feed.continuation.yield(ServerSentEvent(id: "1", name: "step", data: "one\ntwo").bytes)
            #expect(await connection.read(until: "data: two\n").contains("id: 1\nevent: step\ndata: one\n"))
            await connection.hangUp()
            await ended.wait()
            await until { server.inFlight == 0 }
        }
    }

    @Test func `a handler is cancelled when its client goes`() async throws {
        let (began, cancelled) = (Gate(), Gate())
        try await withServer { _ in
            began.open()
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(30)) }
            cancelled.open()
            return .text("")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await began.wait()
            await connection.hangUp()
            await cancelled.wait()
            await until { server.inFlight == 0 }
        }
    }

    @Test func `a value cannot smuggle in another header`() async throws {
        try await withServer { request in
            request.path == "/bad"
                ? HTTPResponse(status: 200, headers: ["x-evil": "a\r\nset-cookie: b"]) : .text("fine")
        } _: { server, _ in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/bad")))
            #expect(response.headers["set-cookie"] == nil)
        }
    }

    @Test func `the address must be usable and free`() async throws {
        #expect(throws: HTTPServerError.self) {
            try HTTPServer(HTTPServerConfiguration(host: "256.1.1.1")) { _ in .text("") }.start()
        }
        try await withServer { _ in
            .text("")
        } _: { server, _ in
            let second = HTTPServer(HTTPServerConfiguration(port: server.boundPort!)) { _ in .text("") }
            let error = #expect(throws: HTTPServerError.self) { try second.start() }
            #expect(error?.kind == .cannotListen)
        }
    }

    @Test func `a file is sent from disk, a missing one is a 404`() async throws {
        try await withServer { request in
            HTTPResponse(body: .file(request.path))
        } _: { server, _ in
            let client = HTTPClient()
            let found = try await client.send(HTTPClientRequest(url: server.url("/etc/hostname")))
            #expect(found.status == 200 && !found.body.isEmpty)
            let missing = try await client.send(HTTPClientRequest(url: server.url("/etc/no-such-file")))
            #expect(missing.status == 404)
        }
    }
}
