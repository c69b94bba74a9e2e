import CMicrohttpd
import Core
import Glibc
public import Lifecycle
import Synchronization

/// An HTTP/1.1 server: sockets on libmicrohttpd's threads, each request's handler in a task of its own.
///
/// Requests reach the handler complete; what is malformed, ambiguous, too large or too slow never does. The handler is
/// cancelled when the client goes. TLS and HTTP/2 are the ingress proxy's.
public final class HTTPServer: Service {
    /// Answers one request. It never throws: what goes wrong is an answer too.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    let configuration: HTTPServerConfiguration
    let handler: Handler
    let table = Mutex(HTTPConnectionTable())
    private let running = Mutex<Running?>(nil)
    private let port = Mutex<Int?>(nil)

    /// A server; it listens from `start` or `run` on.
    public init(_ configuration: HTTPServerConfiguration, handler: @escaping Handler) {
        (self.configuration, self.handler) = (configuration, handler)
    }

    /// The port it listens at; nil before `start`.
    public var boundPort: Int? { port.withLock { $0 } }

    /// Requests that are being read, handled or answered.
    public var inFlight: Int { table.withLock { $0.exchanges.count } }

    /// Listens. Requests are answered from now on, but slow ones are cut off only while `run` runs. Throws
    /// `HTTPServerError`; does nothing when it listens already.
    public func start() throws(HTTPServerError) {
        guard boundPort == nil else { return }
        let listener = try HTTPListener(configuration)
        let daemon = Daemon(pointer: try MicrohttpdDaemon.start(self))
        let accepting = Task {
            await listener.accept {
                self.hasRoom
            } take: {
                self.take($0, $1, $2, to: daemon)
            }
        }
        running.withLock { $0 = Running(daemon: daemon, listener: listener, accepting: accepting) }
        port.withLock { $0 = listener.port }
    }

    private var hasRoom: Bool {
        table.withLock { $0.connections.count + $0.arriving.count < configuration.maxConnections }
    }

    /// Hands a connection to the library, which closes it, also when it does not want it.
    private func take(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t, to daemon: Daemon) {
        table.withLock { _ = $0.arriving.insert(descriptor) }
        guard MHD_add_connection(daemon.pointer, descriptor, address, size) != .YES else { return }
        table.withLock { _ = $0.arriving.remove(descriptor) }
    }

    /// Serves until shutdown is requested, then stops accepting, lets running requests end for at most
    /// `configuration.drainLimit`, answers the rest with 503, and returns. Throws `HTTPServerError` when it cannot
    /// listen.
    public func run(_ shutdown: Shutdown) async throws {
        try start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.reap() }
            await shutdown.wait()
            await self.drain(grace: self.configuration.drainLimit)
            group.cancelAll()
        }
    }

    /// Stops accepting, waits for running requests up to `grace`, ends what is left, and closes all connections.
    public func drain(grace: Duration) async {
        guard
            let running = running.withLock({ running in
                defer { running = nil }; return running
            })
        else { return }
        table.withLock { $0.isDraining = true }
        running.listener.stop()
        await running.accepting.value
        await settle(until: .now + grace)
        // The library aborts the process if it is stopped while a connection is suspended, so every exchange is ended
        // first: handlers are answered for, streams closed, and clients that take no answer are cut off.
        // Again and again, since an exchange may be about to start its handler.
        let cut = ContinuousClock.now + .seconds(5)
        while inFlight > 0 {
            let left = table.withLock { table in
                if ContinuousClock.now >= cut {
                    for descriptor in table.connections.keys { shutdown(descriptor, Int32(SHUT_RDWR)) }
                }
                return Array(table.exchanges.values)
            }
            for exchange in left { exchange.abandon() }
            await Self.pause(.milliseconds(20))
        }
        let executor = ThreadExecutor(name: "http-stop")
        await HTTPDaemonStopper(executor).stop(running.daemon)
        executor.stop()
    }

    private func settle(until end: ContinuousClock.Instant) async {
        while inFlight > 0, ContinuousClock.now < end, !Task.isCancelled { await Self.pause(.milliseconds(10)) }
    }

    /// Sleeps even in a cancelled task, in which draining must go on.
    static func pause(_ time: Duration) async {
        if (try? await Task.sleep(for: time)) == nil { await Task.yield() }
    }

    private struct Running {
        let daemon: Daemon
        let listener: HTTPListener
        let accepting: Task<Void, Never>
    }

    /// Unchecked because the library locks for itself.
    struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
    }
}

/// Joins the library's threads away from the cooperative pool.
private actor HTTPDaemonStopper {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    func stop(_ daemon: HTTPServer.Daemon) { MHD_stop_daemon(daemon.pointer) }
}
