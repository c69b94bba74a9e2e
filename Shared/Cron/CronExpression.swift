public import Core

/// A cron expression of five fields: minute, hour, day of month, month, day of week.
///
/// Days: when both day fields are restricted, a day that either allows is meant, as in every cron.
///
/// Changes of the clock: an expression whose minute and hour are both told fires once a day whatever the clock does: a
/// time that is left out fires as soon as the clock has moved on, one that comes twice fires the first time. With `*`
/// in one of the two it fires by the clock as it runs: what is left out does not come, what comes twice fires twice.
public struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let description: String
    private var minute = CronField("minute", 0...59)
    private var hour = CronField("hour", 0...23)
    private var day = CronField("day of month", 1...31)
    private var month = CronField(
        "month", 1...12,
        names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    private var weekday = CronField(
        "day of week", 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])

    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads an expression, or one of `@yearly`, `@monthly`, `@weekly`, `@daily` and `@hourly`.
    public init(_ text: String) throws(CronError) {
        description = text
        let fields = (Self.macros[text.lowercased()] ?? text).split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw CronError(
                found: "\(fields.count) fields", expected: "5 fields: minute, hour, day of month, month, day of week")
        }
        try minute.read(fields[0])
        try hour.read(fields[1])
        try day.read(fields[2])
        try month.read(fields[3])
        try weekday.read(fields[4])
        weekday.fold(7, into: 0)
        guard next(after: Instant(microseconds: 0), in: .utc) != nil else {
            throw CronError(found: "a day that no month has", expected: "a day that comes")
        }
    }

    /// The first moment after `moment` at which it fires; nil when it never does (within nine years).
    public func next(after moment: Instant, in zone: CronZone) -> Instant? {
        let (second, rest) = moment.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let after = rest < 0 ? second - 1 : second
        // A day before: what is left out of it may fire today.
        let today = zone.day(at: after) - 1
        for number in today...(today + 366 * 9) where isMeant(number) {
            if let found = first(onDay: number, after: after, zone) {
                return Instant(microseconds: found * 1_000_000)
            }
        }
        return nil
    }

    private func isMeant(_ number: Int64) -> Bool {
        let date = CivilDate.civil(fromDays: number)
        guard month.contains(date.month) else { return false }
        let ofWeek = CronZone.weekday(ofDay: number)
        if day.isOpen { return weekday.contains(ofWeek) && day.contains(date.day) }
        if weekday.isOpen { return day.contains(date.day) && weekday.contains(ofWeek) }
        return day.contains(date.day) || weekday.contains(ofWeek)
    }

    /// The earliest moment after `after` of those that belong to a local day, in seconds.
    private func first(onDay number: Int64, after: Int64, _ zone: CronZone) -> Int64? {
        let midnight = number * 86_400
        let window = (midnight - 15 * 3600)...(midnight + 37 * 3600)
        let (before, behind) = (zone.offset(at: window.lowerBound), zone.offset(at: window.upperBound))
        let change = before == behind ? nil : zone.change(in: window)
        var earliest: Int64?
        for hour in hour.values {
            for minute in minute.values {
                let local = midnight + Int64(hour * 3600 + minute * 60)
                for moment in moments(local, before, behind, change) where moment > after {
                    // Without a change of the clock they come in order.
                    if change == nil { return moment }
                    earliest = min(earliest ?? moment, moment)
                }
            }
        }
        return earliest
    }

    /// The moments at which the clock shows `local`, or at which what it left out fires.
    private func moments(_ local: Int64, _ before: Int64, _ behind: Int64, _ change: Int64?) -> [Int64] {
        guard let change else { return [local - before] }
        var moments: [Int64] = []
        if local - before < change { moments.append(local - before) }
        if local - behind >= change { moments.append(local - behind) }
        if minute.isOpen || hour.isOpen { return moments }
        return moments.isEmpty ? [change] : Array(moments.prefix(1))
    }
}
