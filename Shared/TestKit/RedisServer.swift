import Glibc
import Synchronization

/// A Redis server for tests on a port of its own, keeping nothing; gone when this process is.
public final class RedisServer: Sendable {
    /// Where it listens.
    public let port: Int
    private let process: Mutex<TestProcess?>

    /// `redis://127.0.0.1:<port>`
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts a server. It may take a few milliseconds to listen. Blocks.
    public init() throws {
        port = try freePort()
        process = Mutex(try Self.launch(port))
    }

    /// Kills the server and waits for its end. Blocks.
    public func stop() {
        process.withLock { process in
            process?.stop()
            process = nil
        }
    }

    /// Starts it again on the same port, empty. Blocks.
    public func start() throws {
        try process.withLock { process in if process == nil { process = try Self.launch(port) } }
    }

    private static func launch(_ port: Int) throws -> TestProcess {
        let arguments = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        return try TestProcess.server("redis-server", arguments, log: "/dev/null").process
    }
}
