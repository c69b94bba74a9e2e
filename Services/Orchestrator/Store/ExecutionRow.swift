import Core
import Engine

/// An open execution as it is stored.
struct ExecutionRow: Sendable {
    var state: ExecutionState
    /// The trace of the message that started it; later messages without one go on in it.
    var traceparent: String?
}
