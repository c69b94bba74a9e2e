import Synchronization

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let number = Mutex(0.0)

    /// Starts at nothing; made by `Metrics`.
    init() {}

    /// Sets it.
    public func set(_ value: Double) { number.withLock { $0 = value } }

    /// Sets it to a whole number.
    public func set(_ value: Int) { set(Double(value)) }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) { number.withLock { $0 += amount } }

    /// The present number.
    public var value: Double { number.withLock { $0 } }
}
