import Core
import Glibc
import HTTP
import Lifecycle
import Synchronization

/// The outside world of the measured workflows: a server on loopback that answers at once and notes every call.
final class StepServer: Sendable {
    /// What was called, and when.
    struct Call: Sendable {
        var path: String
        var at: ContinuousClock.Instant
    }

    private let server: HTTPServer
    private let log: Log
    /// Where it listens.
    let port: Int

    private final class Log: Sendable {
        let calls = Mutex<[Call]>([])
    }

    /// Listens on a free port below those that the kernel hands out. Throws `BenchError` when there is none.
    init() throws {
        let log = Log()
        let start = Int(getpid()) * 7
        for offset in 0..<200 {
            let port = 20_000 + (start + offset) % 12_000
            let server = HTTPServer(HTTPServerConfiguration(port: port)) { request in
                log.calls.withLock { $0.append(Call(path: request.path, at: .now)) }
                return .json(["step": .string(request.path)])
            }
            guard (try? server.start()) != nil else { continue }
            (self.server, self.log, self.port) = (server, log, port)
            return
        }
        throw BenchError("no free port for the loopback server")
    }

    /// How many calls there were since the last `takeCalls`.
    var count: Int { log.calls.withLock { $0.count } }

    /// All calls since the last time, oldest first.
    func takeCalls() -> [Call] {
        log.calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }

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
