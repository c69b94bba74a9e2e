import Glibc
import Synchronization

/// A `local-broker` for tests with a folder and a port of its own; gone when this process is.
public final class KafkaServer: Sendable {
    private struct State {
        var process: TestProcess
        var pid: Int32
    }

    /// Where it listens.
    public let port: Int
    private let folder: String
    private let state: Mutex<State>

    /// `127.0.0.1:<port>`
    public var bootstrap: String { "127.0.0.1:\(port)" }

    /// Starts the broker that was built beside these tests. Blocks until it listens.
    public init() throws {
        port = try freePort()
        folder = "/tmp/cadenza-test-kafka-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        folderProcess = try TestProcess(
            script: "mkdir -p \"$1\"; echo; cat >/dev/null; sleep 3; rm -rf \"$1\" \"$1.log\"", arguments: [folder])
        let started = try Self.launch(port, folder)
        state = Mutex(State(process: started.process, pid: started.pid))
        try awaitPort()
    }

    /// Watches over the folder, which must outlive a launch and not the tests.
    private let folderProcess: TestProcess

    deinit { stop() }

    /// Ends it as a power cut would, and leaves it down.
    public func crash() { state.withLock { _ = kill($0.pid, SIGKILL) } }

    /// Starts it again on the same port and folder. Blocks until it listens.
    public func start() throws {
        try state.withLock { state in
            state.process.stop()
            let started = try Self.launch(port, folder)
            (state.process, state.pid) = (started.process, started.pid)
        }
        try awaitPort()
    }

    /// Stops it for good and removes its folder. Blocks.
    public func stop() { state.withLock { $0.process.stop() } }

    private static func launch(_ port: Int, _ folder: String) throws -> (process: TestProcess, pid: Int32) {
        guard let own = realpath("/proc/self/exe", nil) else { throw TestFailure("no /proc") }
        defer { free(own) }
        let built = String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
        let program = getenv("CADENZA_TEST_BROKER_PROGRAM").map { String(cString: $0) } ?? "/\(built)/local-broker"
        guard access(program, X_OK) == 0 else { throw TestFailure("no \(program): swift build --product local-broker") }
        let arguments = ["--data", folder, "--listen", "127.0.0.1:\(port)"]
        return try TestProcess.server(program, arguments, log: "\(folder).log")
    }

    private func awaitPort() throws {
        for _ in 0..<1000 {
            if isListening(port) { return }
            usleep(10_000)
        }
        throw TestFailure("local-broker does not listen on \(port)")
    }
}

/// Whether somebody takes connections on this loopback port.
func isListening(_ port: Int) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
