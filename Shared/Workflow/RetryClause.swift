import Core
public import Expressions

/// How a guarded sequence is tried again.
public struct RetryClause: Sendable {
    /// How the waits grow.
    public enum Backoff: Sendable, Hashable {
        /// All alike.
        case constant
        /// The delay times the number of the retry.
        case linear
        /// The delay times a power of the factor.
        case exponential(factor: Double)
    }

    /// What must hold for another try.
    public let when: Expression?
    /// What must not hold.
    public let exceptWhen: Expression?
    /// The first wait.
    public let delay: Duration
    /// How the waits grow.
    public let backoff: Backoff
    /// No wait is longer, jitter apart.
    public let maximumDelay: Duration
    /// Retries after the first try; nil for no limit.
    public let count: Int?
    /// How long one attempt may take; a longer one is interrupted, and fails by that.
    public let attemptDuration: Duration?
    /// How long all attempts together may take.
    public let totalDuration: Duration?
    /// What is added to each wait, drawn between the two.
    public let jitter: ClosedRange<Duration>?

    /// The wait before retry `retry` (1 is the first), without jitter.
    public func wait(before retry: Int) -> Duration {
        let base = Double(delay.wholeMicroseconds)
        let ceiling = Double(maximumDelay.wholeMicroseconds)
        var wait = base
        switch backoff {
        case .constant: break
        case .linear: wait = base * Double(retry)
        case .exponential(let factor):
            var left = retry - 1
            while left > 0, wait < ceiling, wait > 0, factor != 1 {
                wait *= factor
                left -= 1
            }
        }
        return .microseconds(Int64(min(wait, ceiling)))
    }
}
