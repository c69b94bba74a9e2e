public import Core

/// A length of time, known now or only when its expression is evaluated.
public enum DurationTemplate: Sendable {
    /// Known now.
    case fixed(Duration)
    /// Text in ISO 8601 or an object of units, once evaluated.
    case evaluated(Template)

    /// Reads an ISO 8601 text or an object of `days`, `hours`, `minutes`, `seconds` and `milliseconds`; nil when it is
    /// neither, negative, or longer than a hundred years.
    public static func duration(_ value: JSON) -> Duration? {
        let longest = Duration.seconds(100 * 366 * 86_400)
        if let text = value.string { return Duration(iso8601: text).flatMap { $0 <= longest ? $0 : nil } }
        guard let object = value.object, !object.isEmpty else { return nil }
        let units = ["days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "milliseconds": 1]
        var total = Duration.zero
        for (name, count) in object {
            guard let unit = units[name], let count = count.int, count >= 0, count < 4_000_000_000_000 else {
                return nil
            }
            total += .milliseconds(count) * unit
        }
        return total <= longest ? total : nil
    }
}
