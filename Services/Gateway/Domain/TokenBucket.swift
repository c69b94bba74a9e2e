public import Core

/// A rate with a burst: tokens flow in steadily up to a bound, each request takes one. Pure: the caller tells the time.
public struct TokenBucket: Sendable, Hashable {
    /// Tokens a second.
    public let rate: Double
    /// Tokens at most.
    public let burst: Double
    private var tokens: Double
    private var seen: Instant

    /// A full bucket at `now`. Rate and burst are above 0.
    public init(rate: Double, burst: Double, now: Instant) {
        precondition(rate > 0 && burst >= 1, "a bucket that never fills")
        (self.rate, self.burst, tokens, seen) = (rate, burst, burst, now)
    }

    /// Takes a token at `now`; otherwise says how long to wait for one. A clock that is put back fills nothing then,
    /// and fills from there on.
    public mutating func take(at now: Instant) -> Duration? {
        let seconds = max(0, Double((now - seen).wholeMicroseconds) / 1e6)
        tokens = min(burst, tokens + seconds * rate)
        seen = now
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return .microseconds(Int64(((1 - tokens) / rate * 1e6).rounded(.up)))
    }
}
