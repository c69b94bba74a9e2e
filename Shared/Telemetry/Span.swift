import Core

/// A finished piece of work in a trace.
public struct Span: Sendable {
    /// The side of an exchange that the work was (OTLP's numbers).
    public enum Kind: Int, Sendable {
        /// Within the process.
        case `internal` = 1
        /// Answering a request.
        case server = 2
        /// Asking another.
        case client = 3
        /// Sending a message.
        case producer = 4
        /// Handling a message.
        case consumer = 5
    }

    /// How it ended (OTLP's numbers).
    public enum Status: Sendable, Hashable {
        /// Nothing to say.
        case unset
        /// It worked.
        case ok
        /// It failed; the text names the kind of failure and holds no data.
        case failed(String)
    }

    let name: String
    let context: TraceContext
    let parentSpanID: String?
    let kind: Kind
    let attributes: [(LogKey, JSON)]
    let start: Instant
    let end: Instant
    let status: Status
}
