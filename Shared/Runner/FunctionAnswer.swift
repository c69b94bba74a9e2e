public import Core

/// What became of an attempt.
public struct FunctionAnswer: Sendable, Hashable {
    /// How it ended.
    public enum Result: Sendable, Hashable {
        /// It gave this.
        case output(JSON)
        /// It failed.
        case fault(Fault)
        /// It says nothing, ever.
        case silence
    }

    /// How it ended.
    public var result: Result
    /// How much later than the call it is heard of, by the runner's clock.
    public var delay: Duration
    /// What it cost, for the record.
    public var usage: JSON?

    /// An answer that is heard of `delay` after the call.
    public init(_ result: Result, delay: Duration = .zero, usage: JSON? = nil) {
        (self.result, self.delay, self.usage) = (result, delay, usage)
    }
}
