import Synchronization

/// The metrics of a process. Asking again for a name and labels gives the same instrument, so hot paths ask once and
/// keep it.
public final class Metrics: Sendable {
    private enum Instrument {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var kind: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Family {
        let help: String
        let kind: String
        var members: [[Label]: Instrument] = [:]
    }

    private struct Label: Hashable {
        let name: String
        let value: String
    }

    private let families = Mutex<[MetricName: Family]>([:])

    /// No metrics yet.
    public init() {}

    /// The counter of this name and these labels. Labels have few values: never ids.
    public func counter(_ name: MetricName, _ help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let found = instrument(name, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = found else { preconditionFailure("\(name.rawValue) is no counter") }
        return counter
    }

    /// The gauge of this name and these labels.
    public func gauge(_ name: MetricName, _ help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let found = instrument(name, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = found else { preconditionFailure("\(name.rawValue) is no gauge") }
        return gauge
    }

    /// The histogram of this name and these labels; its buckets are those of the first call.
    public func histogram(
        _ name: MetricName, _ help: String, labels: KeyValuePairs<String, String> = [:],
        buckets: [Double] = Histogram.seconds
    ) -> Histogram {
        let found = instrument(name, help, labels) { .histogram(Histogram(bounds: buckets)) }
        guard case .histogram(let histogram) = found else { preconditionFailure("\(name.rawValue) is no histogram") }
        return histogram
    }

    /// Tells the instrument of this name and these labels no more.
    public func remove(_ name: MetricName, labels: KeyValuePairs<String, String>) {
        families.withLock { _ = $0[name]?.members.removeValue(forKey: Self.sorted(labels)) }
    }

    private static func sorted(_ labels: KeyValuePairs<String, String>) -> [Label] {
        labels.map { Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private func instrument(
        _ name: MetricName, _ help: String, _ labels: KeyValuePairs<String, String>, _ make: () -> Instrument
    ) -> Instrument {
        let labels = Self.sorted(labels)
        return families.withLock { families in
            if let known = families[name]?.members[labels] { return known }
            let new = make()
            families[name, default: Family(help: help, kind: new.kind)].members[labels] = new
            return new
        }
    }

    /// All metrics in Prometheus' text format 0.0.4, in a stable order.
    public func prometheusText() -> String {
        let families = families.withLock { $0 }
        var out = ""
        for (name, family) in families.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            out += "# HELP \(name.rawValue) \(Self.escaped(family.help, quotes: false))\n"
            out += "# TYPE \(name.rawValue) \(family.kind)\n"
            let members = family.members.map { (labels: Self.text($0.key), instrument: $0.value) }
            for (labels, instrument) in members.sorted(by: { $0.labels < $1.labels }) {
                Self.write(instrument, name.rawValue, labels, to: &out)
            }
        }
        return out
    }

    private static func write(_ instrument: Instrument, _ name: String, _ labels: String, to out: inout String) {
        switch instrument {
        case .counter(let counter): out += "\(name)\(braced(labels)) \(counter.value)\n"
        case .gauge(let gauge): out += "\(name)\(braced(labels)) \(number(gauge.value))\n"
        case .histogram(let histogram):
            let reading = histogram.read()
            var total = 0
            for (bound, count) in zip(histogram.bounds.map(number) + ["+Inf"], reading.counts) {
                total += count
                let bucket = (labels.isEmpty ? "" : labels + ",") + "le=\"\(bound)\""
                out += "\(name)_bucket{\(bucket)} \(total)\n"
            }
            out += "\(name)_sum\(braced(labels)) \(number(reading.sum))\n"
            out += "\(name)_count\(braced(labels)) \(total)\n"
        }
    }

    private static func text(_ labels: [Label]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for character in text {
            switch character {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.append(character)
            }
        }
        return out
    }
}
