import Synchronization

/// A number that only grows.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// Starts at nothing; made by `Metrics`.
    init() {}

    /// Adds `amount`, which is not negative.
    public func increment(by amount: Int = 1) {
        precondition(amount >= 0, "a counter only grows")
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The present count.
    public var value: Int { count.load(ordering: .relaxed) }
}
