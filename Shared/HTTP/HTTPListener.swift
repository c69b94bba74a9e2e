import CEpoll
import CMicrohttpd
import Glibc
import Lifecycle

/// Takes connections and hands them on, on a thread of its own.
///
/// libmicrohttpd would listen itself, but cannot be told to stop while it is busy: `MHD_quiesce_daemon` takes the
/// socket out of an epoll set while the thread that it belongs to does the same, and who comes second ends the process.
actor HTTPListener {
    private let executor = ThreadExecutor(name: "http-accept")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let socket: Int32
    private let alarm: Int32
    private var isOpen = true

    /// Listens; connections wait until `accept` takes them.
    init(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) {
        let place = "\(configuration.host):\(configuration.port)"
        guard let (address, size) = Self.resolve(configuration.host, configuration.port) else {
            throw HTTPServerError(kind: .badAddress, description: "\(place) is no address of this machine")
        }
        socket = Glibc.socket(
            Int32(address.ss_family), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            Int32(IPPROTO_TCP))
        alarm = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if address.ss_family == sa_family_t(AF_INET6) {
            setsockopt(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let isBound = Self.withAddress(address) { bind(socket, $0, size) == 0 }
        guard isBound, listen(socket, 1024) == 0, alarm >= 0 else {
            throw HTTPServerError(
                kind: .cannotListen, description: "cannot listen at \(place): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        if isOpen { close(socket) }
        close(alarm)
        executor.stop()
    }

    /// The port it listens at.
    nonisolated var port: Int {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
        }
        // In the same place in both families.
        return withUnsafeBytes(of: address) { Int($0[2]) << 8 | Int($0[3]) }
    }

    /// Gives each connection to `take` until `stop`, then closes the socket: from then on connections are refused.
    /// While `hasRoom` says no they wait in the backlog. Blocks the thread.
    func accept(
        hasRoom: @Sendable () -> Bool, take: @Sendable (Int32, UnsafePointer<sockaddr>, socklen_t) -> Void
    ) {
        var isShort = false
        while wait(for: !isShort && hasRoom()) {
            guard hasRoom() else { continue }
            var address = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) { mhdx_accept(socket, $0, &size) }
            }
            // Without a descriptor or memory it is tried again after a moment; whoever gave up is not missed.
            isShort = descriptor < 0 && [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
            if descriptor >= 0 { Self.withAddress(address) { take(descriptor, $0, size) } }
        }
        close(socket)
        isOpen = false
    }

    /// Lets `accept` end; from any thread.
    nonisolated func stop() {
        var one: UInt64 = 1
        _ = write(alarm, &one, 8)
    }

    /// Waits for a connection, or for a moment when none is wanted; false once `stop` was called.
    private func wait(for connection: Bool) -> Bool {
        var entries = [
            pollfd(fd: alarm, events: Int16(POLLIN), revents: 0),
            pollfd(fd: connection ? socket : -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&entries, 2, connection ? -1 : 10)
        return entries[0].revents == 0
    }

    private static func withAddress<Value>(
        _ address: sockaddr_storage, _ body: (UnsafePointer<sockaddr>) -> Value
    ) -> Value {
        withUnsafePointer(to: address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }

    private static func resolve(_ host: String, _ port: Int) -> (sockaddr_storage, socklen_t)? {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard (0...65535).contains(port), getaddrinfo(host, String(port), &hints, &found) == 0, let found else {
            return nil
        }
        defer { freeaddrinfo(found) }
        var storage = sockaddr_storage()
        memcpy(&storage, found.pointee.ai_addr, Int(found.pointee.ai_addrlen))
        return (storage, found.pointee.ai_addrlen)
    }
}
