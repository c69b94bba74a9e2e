import HTTP
import Lifecycle
import Testing

@Suite("HTTP server drains", .timeLimit(.minutes(5)))
struct HTTPServerDrainTests {
    @Test func `a running handler may finish, new connections are refused`() async throws {
        let (began, go) = (Gate(), Gate())
        try await withServer { _ in
            began.open()
            await go.wait()
            return .text("finished")
        } _: { server, shutdown in
            let client = HTTPClient()
            async let answer = client.send(HTTPClientRequest(url: server.url("/")))
            await began.wait()
            shutdown.request()
            while (try? await HTTPClient().send(HTTPClientRequest(url: server.url("/"), timeout: .seconds(1))))?.status
                == 200
            {}
            go.open()
            let response = try await answer
            #expect(response.status == 200 && response.text == "finished")
        }
    }

    @Test func `what outlasts the grace is answered with 503, its handler cancelled`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.drainLimit = .zero
        let (began, cancelled) = (Gate(), Gate())
        try await withServer(configuration) { _ in
            began.open()
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(30)) }
            cancelled.open()
            return .text("too late")
        } _: { server, shutdown in
            let client = HTTPClient()
            async let answer = client.send(HTTPClientRequest(url: server.url("/")))
            await began.wait()
            shutdown.request()
            let response = try await answer
            #expect(response.status == 503 && response.text.contains("HT0004"))
            await cancelled.wait()
        }
    }

    @Test func `open streams are ended, also those whose reader has stopped reading`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.drainLimit = .zero
        try await withServer(configuration) { _ in
            .events(
                AsyncStream { continuation in
                    // More than the sockets' buffers take.
                    for _ in 0..<300 { continuation.yield([UInt8](repeating: 32, count: 100_000)) }
                })
        } _: { server, shutdown in
            let (stuck, reading) = (RawConnection(port: server.boundPort!), RawConnection(port: server.boundPort!))
            await stuck.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            await reading.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await reading.read(until: "event-stream")
            await until { server.inFlight == 2 }
            shutdown.request()
            _ = await reading.readToEnd()
            await until { server.inFlight == 0 }
        }
    }

    @Test func `idle connections do not hold it up, and a server can be drained twice`() async throws {
        let server = HTTPServer(HTTPServerConfiguration()) { _ in .text("ok") }
        try server.start()
        let connection = RawConnection(port: server.boundPort!)
        await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await connection.answer().contains("ok"))
        await server.drain(grace: .seconds(30))
        await server.drain(grace: .seconds(30))
        #expect(await connection.readToEnd().isEmpty)
    }

    @Test func `a server that is drained while it is busy ends each time, and answers all that it has taken`()
        async throws
    {
        for _ in 0..<300 {
            let server = HTTPServer(HTTPServerConfiguration()) { _ in .text("ok") }
            try server.start()
            let answered = Counter()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let client = HTTPClient()
                        while let answer = try? await client.send(HTTPClientRequest(url: server.url("/"))) {
                            if answer.status != 200 { break }
                            answered.increment()
                        }
                    }
                }
                await until { answered.value > 8 }
                await server.drain(grace: .seconds(30))
            }
            #expect(server.inFlight == 0)
        }
    }

    @Test func `a server that is drained as soon as it has started ends each time`() async throws {
        for round in 0..<1000 {
            let server = HTTPServer(HTTPServerConfiguration()) { _ in .text("ok") }
            try server.start()
            // Threads of its own may be anywhere on the way to their first wait.
            for _ in 0..<round { _ = server.inFlight }
            await server.drain(grace: .zero)
            #expect(server.inFlight == 0)
        }
    }
}
