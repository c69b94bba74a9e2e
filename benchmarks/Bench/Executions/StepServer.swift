import Core
import Glibc
import HTTP
import Lifecycle
import Synchronization

/// The outside world of the measured workflow: a server on loopback that answers at once and counts.
final class StepServer: Sendable {
    private let server: HTTPServer
    private let counter: Counter
    /// Where it listens.
    let port: Int

    private final class Counter: Sendable {
        let calls = Mutex(0)
    }

    /// Listens on a free port below those that the kernel hands out. Throws `BenchError` when there is none.
    init() throws {
        let counter = Counter()
        let start = Int(getpid()) * 7
        for offset in 0..<200 {
            let port = 20_000 + (start + offset) % 12_000
            let server = HTTPServer(HTTPServerConfiguration(port: port)) { request in
                counter.calls.withLock { $0 += 1 }
                return .json(["step": .string(request.path)])
            }
            guard (try? server.start()) != nil else { continue }
            (self.server, self.counter, self.port) = (server, counter, port)
            return
        }
        throw BenchError("no free port for the loopback server")
    }

    /// Requests answered so far.
    var calls: Int { counter.calls.withLock { $0 } }

    /// Serves while `body` runs.
    func serving<Value>(_ body: () async throws -> Value) async throws -> Value {
        let shutdown = Shutdown()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run(shutdown) }
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            shutdown.request()
            try await group.waitForAll()
            return try result.get()
        }
    }
}
