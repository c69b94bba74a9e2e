/// How a client reaches outside servers.
public struct HTTPClientConfiguration: Sendable {
    /// How long a connection may take to be made.
    public var connectTimeout: Duration = .seconds(10)
    /// Connections to one host and port, and requests under way to it, at a time; further requests wait within their
    /// time-out, first come, first served.
    public var maxConnectionsPerHost = 64
    /// Connections kept open, idle and busy ones together: beyond it, one whose request has ended is closed. Never
    /// fewer than `maxConnectionsPerHost`.
    public var maxOpenConnections = 256
    /// A proxy's URL; nil connects directly, whatever the environment says.
    public var proxy: String?
    /// A file of trusted certificates (PEM) in place of the system's.
    public var certificateFile: String?
    /// Sent with every request that has no `User-Agent` of its own.
    public var userAgent = "cadenza"

    /// Direct, with the system's certificates.
    public init() {}
}
