/// A request to an outside server.
public struct HTTPClientRequest: Sendable {
    /// In upper case.
    public var method: String
    /// Absolute, `http` or `https`.
    public var url: String
    /// The header lines; host and length are the client's.
    public var headers: HTTPHeaders
    /// The body; nil sends none, an empty one sends `Content-Length: 0`.
    public var body: [UInt8]?
    /// From the start to the last byte of the answer.
    public var timeout: Duration
    /// A larger answer is an error.
    public var maxResponseBytes: Int
    /// Answers a server's Digest challenge (RFC 7616); nil answers none. Such a request is sent twice, first without
    /// its body.
    public var digest: Digest?

    /// Tells of a successful answer's body so far whether it is all that is wanted: then the answer ends there, though
    /// the server might go on, as event streams do. Asked on the client's thread after each piece. Nil takes all.
    public var isComplete: (@Sendable ([UInt8]) -> Bool)?

    /// A user of Digest authentication.
    public struct Digest: Sendable {
        let username: String
        let password: String

        /// A user and the password.
        public init(username: String, password: String) { (self.username, self.password) = (username, password) }
    }

    /// A request; by default GET, 30 s, answers up to 16 MiB.
    public init(
        method: String = "GET", url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8]? = nil,
        timeout: Duration = .seconds(30), maxResponseBytes: Int = 16 << 20
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeout, self.maxResponseBytes) = (timeout, maxResponseBytes)
    }

    /// Whether sending it twice does no more than sending it once: by its method, or by an `Idempotency-Key`.
    public var isIdempotent: Bool {
        ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"].contains(method) || headers["idempotency-key"] != nil
    }
}
