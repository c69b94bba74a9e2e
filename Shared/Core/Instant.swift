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
        // Each message and each event has one: written in place.
        return String(unsafeUninitializedCapacity: 40) { buffer in
            var text = DigitWriter(buffer: buffer)
            if year < 0 { text.put("-") }
            text.put(Int64(year.magnitude), digits: year < 0 ? 1 : 4)
            text.put("-", Int64(month))
            text.put("-", Int64(day))
            text.put("T", secondsOfDay / 3600)
            text.put(":", secondsOfDay / 60 % 60)
            text.put(":", secondsOfDay % 60)
            if fraction != 0 {
                text.put(".")
                text.put(fraction, digits: 6)
            }
            text.put("Z")
            return text.count
        }
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

/// Writes numbers into memory that is large enough.
private struct DigitWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func put(_ character: Unicode.Scalar) {
        buffer[count] = UInt8(ascii: character)
        count += 1
    }

    mutating func put(_ mark: Unicode.Scalar, _ value: Int64) {
        put(mark)
        put(value, digits: 2)
    }

    /// Puts a number that is not negative, with zeros before it up to so many digits.
    mutating func put(_ value: Int64, digits: Int) {
        var (width, rest) = (1, value / 10)
        while rest > 0 { (width, rest) = (width + 1, rest / 10) }
        width = max(width, digits)
        rest = value
        for place in stride(from: count + width - 1, through: count, by: -1) {
            buffer[place] = UInt8(48 + rest % 10)
            rest /= 10
        }
        count += width
    }
}
