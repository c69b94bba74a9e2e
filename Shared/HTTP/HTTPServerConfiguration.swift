/// Where a server listens and what it puts up with.
public struct HTTPServerConfiguration: Sendable {
    /// A numeric address of either family, or a name that resolves to one; loopback unless told otherwise.
    public var host: String
    /// The port; 0 lets the kernel choose.
    public var port: Int
    /// The largest body taken, in bytes.
    public var maxBody: Int
    /// How much of a refused body is read and dropped, so that its sender gets the answer and not a reset connection.
    public var maxDiscard = 64 << 20
    /// Memory for request line and headers of one connection; more is answered by 431.
    public var maxHeader = 32 << 10
    /// Threads that serve the sockets.
    public var threads = 2
    /// Connections at a time; further ones wait in the backlog, of 1024 at most.
    public var maxConnections = 4096
    /// How long a connection may be silent, between requests or within one.
    public var idleLimit: Duration = .seconds(60)
    /// From the request line to the last byte of the body, however steadily it trickles in.
    public var readLimit: Duration = .seconds(60)
    /// How long running requests may go on after shutdown is requested.
    public var drainLimit: Duration = .seconds(10)

    /// Loopback, a port chosen by the kernel, bodies up to 1 MiB.
    public init(host: String = "127.0.0.1", port: Int = 0, maxBody: Int = 1 << 20) {
        (self.host, self.port, self.maxBody) = (host, port, maxBody)
    }

    /// Reads `host:port` or `[v6 address]:port`; nil when it is neither.
    public static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }
}
