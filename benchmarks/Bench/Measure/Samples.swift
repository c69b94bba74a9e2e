/// How long single operations took.
struct Samples: Sendable {
    private(set) var seconds: [Double] = []

    /// How many there are.
    var count: Int { seconds.count }

    mutating func add(_ duration: Duration) { seconds.append(duration.asSeconds) }

    mutating func add(_ others: Samples) { seconds += others.seconds }

    /// The smallest value that `part` (0 … 1) of the samples do not exceed, in seconds; nil without samples.
    func percentile(_ part: Double) -> Double? {
        guard !seconds.isEmpty else { return nil }
        let rank = Int((part * Double(seconds.count)).rounded(.up))
        return seconds.sorted()[min(max(rank, 1), seconds.count) - 1]
    }

    /// A percentile in milliseconds; 0 without samples.
    func milliseconds(_ part: Double) -> Double { (percentile(part) ?? 0) * 1000 }
}

extension Duration {
    /// With their fraction.
    var asSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
