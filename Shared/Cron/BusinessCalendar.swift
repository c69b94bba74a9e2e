public import Core

/// When work is done: on which days of the week, between which hours, and on which dates not.
public struct BusinessCalendar: Sendable, Hashable {
    /// Days of the week, Sunday being 0.
    private let days: Set<Int>
    /// Minutes of the day, from the first to the one after the last.
    private let hours: Range<Int>
    /// Days counted from 1970-01-01.
    private let holidays: Set<Int64>
    private let zone: CronZone

    /// A calendar whose `holidays` are local dates such as 2026-12-25; nil when there are no days, or one of the
    /// holidays is no date.
    public init?(days: Set<Int>, hours: Range<Int>, holidays: [String], zone: CronZone) {
        let dates = holidays.map { Instant("\($0)T00:00:00Z").map { $0.microseconds / 86_400_000_000 } }
        guard !days.isEmpty, !hours.isEmpty, !dates.contains(nil) else { return nil }
        (self.days, self.hours, self.holidays, self.zone) = (days, hours, Set(dates.compactMap(\.self)), zone)
    }

    /// The first moment from `moment` on at which work is done; nil when there is none within nine years.
    public func next(from moment: Instant) -> Instant? {
        let (whole, rest) = moment.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let today = zone.day(at: rest < 0 ? whole - 1 : whole)
        for day in today...(today + 366 * 9)
        where days.contains(CronZone.weekday(ofDay: day)) && !holidays.contains(day) {
            let (open, close) = (instant(day, hours.lowerBound), instant(day, hours.upperBound))
            if moment < close { return max(moment, open) }
        }
        return nil
    }

    private func instant(_ day: Int64, _ minute: Int) -> Instant {
        Instant(microseconds: zone.moment(ofLocal: day * 86_400 + Int64(minute) * 60) * 1_000_000)
    }
}
