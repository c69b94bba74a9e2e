/// A host and a port to listen on or to connect to.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address; without brackets when it is IPv6.
    public let host: String
    /// 0 … 65535; 0 to listen means any free one.
    public let port: Int

    /// An endpoint by its parts.
    public init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// Reads `host:port` or `[v6]:port`; nil when it is neither.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// `host:port`
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
