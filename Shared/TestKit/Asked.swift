public import HTTP
import Synchronization

/// What an outside server was asked.
public final class Asked: Sendable {
    private let requests = Mutex<[HTTPRequest]>([])

    /// All of it, in order.
    public var all: [HTTPRequest] { requests.withLock { $0 } }

    /// Adds one and gives its number, from 1 on.
    fileprivate func add(_ request: HTTPRequest) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}

/// Runs `body` beside an outside server on loopback, whose URL it gets; the server's answers are made of the request
/// and its number, from 1 on.
public func withOutside(
    _ answer: @escaping @Sendable (HTTPRequest, Int) async -> HTTPResponse,
    _ body: (String, Asked) async throws -> Void
) async throws {
    let asked = Asked()
    let server = HTTPServer(HTTPServerConfiguration()) { request in await answer(request, asked.add(request)) }
    try server.start()
    do {
        try await body("http://127.0.0.1:\(server.boundPort ?? 0)", asked)
    } catch {
        await server.drain(grace: .zero)
        throw error
    }
    await server.drain(grace: .zero)
}
