/// Why a command brought no answer. Callers go on without Redis: losing it loses speed, never truth.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable {
        /// The URL is not one this client understands.
        case badURL
        /// There is no connection, and it is too early to try again.
        case unavailable
        /// The answer did not come in time; whether the command was carried out is not known.
        case timeout
        /// The connection broke; whether the command was carried out is not known.
        case disconnected
        /// The server refused the command.
        case refused
        /// The answer is of another kind than the command's.
        case unexpectedReply
    }

    /// The kind of failure.
    public let code: Code
    /// What the library or the server said, without keys and values.
    public let detail: String

    /// A failure of this kind.
    public init(_ code: Code, _ detail: String = "") { (self.code, self.detail) = (code, detail) }

    /// Whether the same command may work later.
    public var isRetriable: Bool { code == .unavailable || code == .timeout || code == .disconnected }

    /// `redis timeout: …`
    public var description: String { "redis \(code.rawValue)" + (detail.isEmpty ? "" : ": \(detail)") }
}
