import Glibc

/// The socket that clients come in by.
struct Listener {
    let descriptor: Int32
    let port: UInt16

    init(host: String, port: UInt16) throws(StoreError) {
        let name = "\(host):\(port)"
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr) == 1 else {
            throw StoreError("understand address", name, code: EINVAL)
        }
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw StoreError("open socket for", name) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard bound == 0, listen(descriptor, 512) == 0 else {
            let code = errno
            close(descriptor)
            throw StoreError("listen on", name, code: code)
        }
        self.descriptor = descriptor
        self.port = Self.local(descriptor).port
    }

    /// The next client, if one is waiting.
    func accept() -> (descriptor: Int32, peer: String, localHost: String)? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let accepted = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.accept(descriptor, $0, &size)
            }
        }
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        var yes: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return (accepted, Self.text(address.sin_addr), Self.local(accepted).host)
    }

    private static func local(_ descriptor: Int32) -> (host: String, port: UInt16) {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return (text(address.sin_addr), UInt16(bigEndian: address.sin_port))
    }

    private static func text(_ address: in_addr) -> String {
        let number = UInt32(bigEndian: address.s_addr)
        return stride(from: 24, through: 0, by: -8).map { String((number >> UInt32($0)) & 0xFF) }.joined(separator: ".")
    }
}
