import Synchronization

/// How many of something each tenant has: those that have the most by name, the rest together as `other`.
public final class TenantGauge: Sendable {
    /// How many are told by name.
    public static let named = 10

    private let metrics: Metrics
    private let name: MetricName
    private let help: String
    private let shown = Mutex<Set<String>>([])

    /// A gauge of this name with the label `tenant`.
    public init(_ metrics: Metrics, _ name: MetricName, _ help: String) {
        (self.metrics, self.name, self.help) = (metrics, name, help)
    }

    /// Sets all of them; who is not in `counts` has none and is not told any more.
    public func set(_ counts: [String: Int]) {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var told = Dictionary(uniqueKeysWithValues: sorted.prefix(Self.named).map { ($0.key, $0.value) })
        told["other", default: 0] += sorted.dropFirst(Self.named).reduce(0) { $0 + $1.value }
        for (tenant, count) in told { metrics.gauge(name, help, labels: ["tenant": tenant]).set(count) }
        let gone = shown.withLock { shown in
            defer { shown = Set(told.keys) }
            return shown.subtracting(told.keys)
        }
        for tenant in gone { metrics.remove(name, labels: ["tenant": tenant]) }
    }
}
