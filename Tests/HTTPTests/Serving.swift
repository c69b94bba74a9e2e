import HTTP
import Lifecycle
import Synchronization

/// Runs a server for the length of `body`.
func withServer(
    _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(), _ handler: @escaping HTTPServer.Handler,
    _ body: @escaping @Sendable (HTTPServer, Shutdown) async throws -> Void
) async throws {
    let server = HTTPServer(configuration, handler: handler)
    try server.start()
    let shutdown = Shutdown()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run(shutdown) }
        do {
            try await body(server, shutdown)
        } catch {
            shutdown.request()
            throw error
        }
        shutdown.request()
        try await group.waitForAll()
    }
}

extension HTTPServer {
    func url(_ path: String) -> String { "http://127.0.0.1:\(boundPort ?? 0)\(path)" }
}

/// A latch that tasks wait at.
final class Gate: Sendable {
    private let shutdown = Shutdown()

    func open() { shutdown.request() }
    func wait() async { await shutdown.wait() }
    var isOpen: Bool { shutdown.isRequested }
}

/// Yields until the condition holds; the suite's time limit ends what never does.
func until(_ condition: @Sendable () -> Bool) async {
    while !condition(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    @discardableResult
    func increment() -> Int { count.add(1, ordering: .sequentiallyConsistent).newValue }
}
