/// Why no answer came. The description names the host at most, never the path, the query or a header.
public struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The URL cannot be read, or is neither `http` nor `https`.
        case invalidURL
        /// The name of the host does not resolve.
        case cannotResolve
        /// Nobody takes the connection.
        case cannotConnect
        /// The peer's certificate or the TLS handshake failed.
        case tls
        /// The time-out passed while a connection was waited for or made; nothing was sent.
        case connectTimedOut
        /// The time-out passed after a part of the request was sent, or all of it.
        case timedOut
        /// The connection broke, or the answer was malformed.
        case broken
        /// The answer is larger than `maxResponseBytes`.
        case responseTooLarge
        /// The task was cancelled.
        case cancelled
        /// The client is closed.
        case closed
        /// The host is not on the egress allow-list.
        case egressRefused
        /// The host failed too often of late; nothing was sent.
        case circuitOpen
        /// Too many requests to the host are under way; nothing was sent.
        case bulkheadFull
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// The host, if it is known.
    public let host: String?
    /// The library's words, if any.
    public let detail: String?

    /// A failure.
    public init(_ kind: Kind, host: String? = nil, detail: String? = nil) {
        (self.kind, self.host, self.detail) = (kind, host, detail)
    }

    /// Whether the server cannot have seen the request: repeating it is safe whatever the method.
    public var wasNotSent: Bool {
        switch kind {
        case .cannotResolve, .cannotConnect, .connectTimedOut, .circuitOpen, .bulkheadFull: true
        default: false
        }
    }

    /// Whether another try may succeed.
    public var isTransient: Bool {
        switch kind {
        case .cannotResolve, .cannotConnect, .connectTimedOut, .timedOut, .broken, .circuitOpen, .bulkheadFull: true
        case .invalidURL, .tls, .responseTooLarge, .cancelled, .closed, .egressRefused: false
        }
    }

    /// Whether it is a matter of time.
    public var isTimeout: Bool { kind == .timedOut || kind == .connectTimedOut }

    /// Whether it says something about the health of the host.
    var isHostFailure: Bool {
        switch kind {
        case .cannotResolve, .cannotConnect, .connectTimedOut, .tls, .timedOut, .broken: true
        default: false
        }
    }

    /// `timedOut: api.example.com: Operation timed out`
    public var description: String {
        [kind.rawValue, host, detail].compactMap { $0 }.joined(separator: ": ")
    }
}
