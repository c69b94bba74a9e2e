import Core
import HTTP
import Testing

@Suite("HTTP server against bad, large and slow requests", .timeLimit(.minutes(5)))
struct HTTPServerLimitTests {
    private static func sizes(_ maxBody: Int) -> HTTPServerConfiguration { HTTPServerConfiguration(maxBody: maxBody) }

    private static func raw(_ request: String, status: Int, code: String?) async throws {
        let handled = Counter()
        try await withServer(sizes(1000)) { _ in
            handled.increment()
            return .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send(request)
            let answer = await connection.answer()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            if let code { #expect(answer.contains("\"code\":\"\(code)\"")) }
            #expect(handled.value == 0)
        }
    }

    @Test(arguments: [
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            "HT0002"
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc", 400, "HT0002"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "HT0002"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", 400, "HT0002"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "HT0007"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n", 400, nil),
        ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "HT0003"),
        ("GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "HT0003"),
        ("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "HT0003"),
        ("GET / HTTP/1.1\r\n\r\n", 400, nil),
        ("GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, nil),
    ])
    func `what is ambiguous or malformed is refused before any handler`(
        _ request: String, _ status: Int, _ code: String?
    ) async throws {
        try await Self.raw(request, status: status, code: code)
    }

    @Test func `a body over the limit is a typed 413, declared or in chunks`() async throws {
        try await withServer(Self.sizes(1000)) { _ in
            .text("handled")
        } _: { server, _ in
            let client = HTTPClient()
            let declared = try await client.send(
                HTTPClientRequest(method: "POST", url: server.url("/"), body: [UInt8](repeating: 1, count: 50 << 20)))
            #expect(declared.status == 413)
            #expect(try JSON(parsing: declared.body)["code"] == "HT0001")
            let chunked = RawConnection(port: server.boundPort!)
            await chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let piece = "1000\r\n" + String(repeating: "x", count: 0x1000) + "\r\n"
            for _ in 0..<100 { await chunked.send(piece) }
            await chunked.send("0\r\n\r\n")
            let answer = await chunked.answer()
            #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("HT0001"))
            let exact = try await client.send(
                HTTPClientRequest(method: "POST", url: server.url("/"), body: [UInt8](repeating: 1, count: 1000)))
            #expect(exact.status == 200)
        }
    }

    @Test func `a sender that asks first is answered before it sends`() async throws {
        try await withServer(Self.sizes(1000)) { _ in
            .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n")
            #expect(await connection.answer().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `a sender that never stops gets a 413 and a closed connection`() async throws {
        var configuration = Self.sizes(1000)
        configuration.maxDiscard = 100_000
        try await withServer(configuration) { _ in
            .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let piece = "1000\r\n" + String(repeating: "x", count: 0x1000) + "\r\n"
            var sent = 0
            while sent < 100_000, await connection.send(piece) { sent += 1 }
            #expect(sent < 100_000)
            await until { server.inFlight == 0 }
        }
    }

    @Test func `headers over the limit are a 431`() async throws {
        try await withServer { _ in
            .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send(
                "GET / HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "a", count: 60_000))\r\n\r\n")
            #expect(await connection.answer().hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nX-Slow: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"])
    func `a request that trickles in is cut off at the deadline`(_ start: String) async throws {
        var configuration = Self.sizes(1000)
        configuration.readLimit = .milliseconds(200)
        try await withServer(configuration) { _ in
            .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send(start)
            let clock = ContinuousClock()
            let begun = clock.now
            // Each byte would renew a time-out that counts silence only.
            while await connection.send("a"), clock.now - begun < .seconds(60) {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(clock.now - begun < .seconds(60))
            await until { server.inFlight == 0 }
        }
    }

    @Test func `a silent connection is closed after the idle limit`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.idleLimit = .milliseconds(100)
        try await withServer(configuration) { _ in
            .text("handled")
        } _: { server, _ in
            let connection = RawConnection(port: server.boundPort!)
            await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await connection.readToEnd().contains("handled"))
        }
    }

    @Test func `a slow handler is not taken for a slow sender`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.idleLimit = .milliseconds(50)
        configuration.readLimit = .milliseconds(50)
        try await withServer(configuration) { _ in
            try? await Task.sleep(for: .milliseconds(400))
            return .text("handled")
        } _: { server, _ in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
            #expect(response.status == 200)
        }
    }

    @Test func `connections beyond the limit wait until another is closed`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maxConnections = 2
        let handled = Counter()
        try await withServer(configuration) { _ in
            handled.increment()
            return .text("ok")
        } _: { server, _ in
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            let connections = (0..<3).map { _ in RawConnection(port: server.boundPort!) }
            for connection in connections.prefix(2) {
                await connection.send(request)
                #expect(await connection.answer().hasSuffix("ok"))
            }
            await connections[2].send(request)
            for _ in 0..<20 {
                await connections[0].send(request)
                #expect(await connections[0].answer().hasSuffix("ok"))
            }
            #expect(handled.value == 22)
            await connections[1].hangUp()
            #expect(await connections[2].answer().hasSuffix("ok"))
            #expect(handled.value == 23)
        }
    }
}
