/// How often and how far apart something is tried again. Pure: the caller supplies the randomness.
public struct RetryPolicy: Sendable, Hashable {
    /// The wait before the first retry.
    public var base: Duration
    /// What each further wait is multiplied by; 1 keeps it constant.
    public var factor: Double
    /// No wait is longer than this.
    public var cap: Duration
    /// Retries after the first try; nil for no limit.
    public var limit: Int?

    /// A policy: by default 100 ms, doubled up to 30 s, without a limit.
    public init(
        base: Duration = .milliseconds(100), factor: Double = 2, cap: Duration = .seconds(30), limit: Int? = nil
    ) {
        (self.base, self.factor, self.cap, self.limit) = (base, factor, cap, limit)
    }

    /// The wait before retry number `retry` (1 is the first), or nil when there is to be none. `draw` is a random
    /// number in 0 ..< 1: full jitter, so the wait is uniform between nothing and the bound.
    public func delay(retry: Int, draw: Double) -> Duration? {
        if let limit, retry > limit { return nil }
        var bound = Double(base.wholeMicroseconds)
        let ceiling = Double(cap.wholeMicroseconds)
        for _ in 1..<max(1, retry) where bound < ceiling { bound *= factor }
        return .microseconds(Int64(min(bound, ceiling) * draw))
    }
}
