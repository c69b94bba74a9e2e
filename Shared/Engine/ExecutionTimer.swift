public import Core

/// A moment that an execution waits for.
public struct ExecutionTimer: Sendable, Hashable {
    /// Unique for ever: `<execution id>:t<number>`.
    public var id: String
    /// When it is to fire; never earlier.
    public var due: Instant
    /// What for.
    public var purpose: TimerPurpose

    /// Timer `id` due at `due`.
    public init(id: String, due: Instant, purpose: TimerPurpose) {
        (self.id, self.due, self.purpose) = (id, due, purpose)
    }
}
