public import Core

/// When the timers are to be looked at again.
public struct TimerPlan: Sendable, Hashable {
    /// How many due timers one look takes.
    public var batch: Int
    /// The longest time between two looks: another process may have set a timer, or died holding one.
    public var longest: Duration
    /// The wait when all due timers belong to executions that are being worked on elsewhere.
    public var contended: Duration

    /// A plan; by default 500 timers a look, looks at most half a second apart.
    public init(batch: Int = 500, longest: Duration = .milliseconds(500), contended: Duration = .milliseconds(20)) {
        (self.batch, self.longest, self.contended) = (batch, longest, contended)
    }

    /// The wait after a look that found `found` timers due and took `taken` of them, where `next` is the earliest timer
    /// known to be set after it.
    public func wait(found: Int, taken: Int, next: Instant?, now: Instant) -> Duration {
        if found >= batch, taken > 0 { return .zero }
        if taken < found { return contended }
        guard let next else { return longest }
        return next <= now ? .zero : min(longest, next - now)
    }
}
