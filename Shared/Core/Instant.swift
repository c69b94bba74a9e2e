import Glibc

/// A moment: whole microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since the epoch; negative before it.
    public var microseconds: Int64

    /// A moment by its microseconds since the epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A moment by its milliseconds since the epoch.
    public init(milliseconds: Int64) { self.microseconds = milliseconds * 1000 }

    /// Milliseconds since the epoch, rounded down.
    public var milliseconds: Int64 {
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1000)
        return rest < 0 ? whole - 1 : whole
    }

    /// Earlier moments are less.
    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

    /// The moment `duration` after `start`; finer parts than a microsecond are dropped.
    public static func + (start: Instant, duration: Duration) -> Instant {
        Instant(microseconds: start.microseconds + duration.wholeMicroseconds)
    }

    /// The moment `duration` before `end`.
    public static func - (end: Instant, duration: Duration) -> Instant {
        Instant(microseconds: end.microseconds - duration.wholeMicroseconds)
    }

    /// The time from `start` to `end`.
    public static func - (end: Instant, start: Instant) -> Duration {
        .microseconds(end.microseconds - start.microseconds)
    }

    /// RFC 3339 in UTC: `2026-11-21T08:30:00Z`, with six decimals when there is a fraction of a second.
    public var description: String {
        let (date, secondsOfDay, fraction) = split
        let (year, month, day) = CivilDate.civil(fromDays: date)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let time = "\(two(secondsOfDay / 3600)):\(two(secondsOfDay / 60 % 60)):\(two(secondsOfDay % 60))"
        let digits = String(fraction)
        let decimals = fraction == 0 ? "" : "." + String(repeating: "0", count: 6 - digits.count) + digits
        let years = String(year)
        let padded = year >= 0 && years.count < 4 ? String(repeating: "0", count: 4 - years.count) + years : years
        return "\(padded)-\(two(Int64(month)))-\(two(Int64(day)))T\(time)\(decimals)Z"
    }

    private var split: (days: Int64, secondsOfDay: Int64, fraction: Int64) {
        var seconds = microseconds / 1_000_000
        var fraction = microseconds % 1_000_000
        if fraction < 0 { (seconds, fraction) = (seconds - 1, fraction + 1_000_000) }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400) }
        return (days, rest, fraction)
    }

    /// Reads RFC 3339 (`2026-11-21T08:30:00.5+01:00`, `…Z`); nil when it is not that. A bare date is midnight UTC.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), scanner.take("-"),
            let day = scanner.digits(2), (1...12).contains(month), day >= 1,
            day <= CivilDate.lastDay(ofMonth: month, year: year)
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        if scanner.isAtEnd {
            self.init(microseconds: days * 86_400_000_000)
            return
        }
        guard scanner.take("T") || scanner.take("t") || scanner.take(" "), let hour = scanner.digits(2),
            scanner.take(":"),
            let minute = scanner.digits(2), scanner.take(":"), let second = scanner.digits(2), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if scanner.take(".") {
            guard let value = scanner.fractionOfSixDigits() else { return nil }
            fraction = value
        }
        guard let offset = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset * 60)
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

extension Duration {
    /// Whole microseconds, finer parts dropped.
    public var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Whole milliseconds, finer parts dropped.
    public var wholeMilliseconds: Int64 { wholeMicroseconds / 1000 }
}
