import Core
import Synchronization

/// How measurements are spread over buckets.
public final class Histogram: Sendable {
    /// Seconds, from half a millisecond to five minutes: fits requests and transactions.
    public static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]
    /// Counts, from 1 to 4096 by powers of two.
    public static let counts: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

    struct Reading {
        var counts: [Int]
        var sum = 0.0
    }

    let bounds: [Double]
    private let reading: Mutex<Reading>

    /// Empty; made by `Metrics`. The bounds grow.
    init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bucket bounds must grow")
        self.bounds = bounds
        reading = Mutex(Reading(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Adds one measurement.
    public func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        reading.withLock { reading in
            reading.counts[bucket] += 1
            reading.sum += value
        }
    }

    /// Adds one duration, in seconds.
    public func observe(_ duration: Duration) { observe(Double(duration.wholeMicroseconds) / 1e6) }

    /// How many measurements there were.
    public var count: Int { read().counts.reduce(0, +) }

    func read() -> Reading { reading.withLock { $0 } }
}
