import Core

/// A moment in UTC, broken down as in C: what `gmtime` gives and `mktime` takes. Fields may be out of their ranges.
struct BrokenTime {
    var year = 1900
    /// From 0.
    var month = 0
    var day = 0
    var hour = 0
    var minute = 0
    var second = 0
    var fraction = 0.0
    /// From Sunday, which is 0.
    var weekday = 0
    /// From 0.
    var yearday = 0

    init() {}

    /// nil when the year is beyond 32 bits.
    init?(seconds: Double) {
        guard abs(seconds) < 6.7e16 else { return nil }
        let whole = seconds.rounded(.down)
        fraction = seconds - whole
        let (days, rest) = Self.divided(Int64(whole), 86_400)
        let date = CivilDate.civil(fromDays: days)
        (year, month, day) = (date.year, date.month - 1, date.day)
        (hour, minute, second) = (Int(rest / 3600), Int(rest / 60 % 60), Int(rest % 60))
        weekday = Int(Self.divided(days + 4, 7).rest)
        yearday = Int(days - CivilDate.days(year: year, month: 1, day: 1))
    }

    /// Fields that are left out are those of C's empty `struct tm`; nil when one is not a number.
    init?(_ fields: [JSON]) {
        var numbers: [Int] = []
        for field in fields.prefix(8) {
            guard let number = field.double else { return nil }
            numbers.append(number.isNaN ? 0 : Int(min(max(number, -2_147_483_648), 2_147_483_647)))
        }
        if !numbers.isEmpty { year = numbers[0] }
        numbers += Array(repeating: 0, count: 8 - numbers.count)
        (month, day, hour, minute, second) = (numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
        (weekday, yearday) = (numbers[6], numbers[7])
    }

    /// Seconds since 1970; fields out of their ranges carry over.
    var seconds: Int64 {
        let carried = Self.divided(Int64(month), 12)
        let first = CivilDate.days(year: year + Int(carried.quotient), month: Int(carried.rest) + 1, day: 1)
        return (first + Int64(day) - 1) * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// Derives day of week and year from the date.
    mutating func derive(weekday derivesWeekday: Bool, yearday derivesYearday: Bool) {
        let first = CivilDate.days(year: year, month: month + 1, day: 1)
        if derivesWeekday { weekday = Int(Self.divided(first + Int64(day) + 3, 7).rest) }
        if derivesYearday { yearday = Int(first - CivilDate.days(year: year, month: 1, day: 1)) + day - 1 }
    }

    static func weekday(ofNewYear year: Int) -> Int {
        Int(divided(CivilDate.days(year: year, month: 1, day: 1) + 4, 7).rest)
    }

    /// Month and day by the day of the year.
    mutating func deriveDate() {
        let date = CivilDate.civil(
            fromDays: CivilDate.days(year: year, month: 1, day: 1) + Int64(yearday))
        (month, day) = (date.month - 1, date.day)
    }

    /// The week's number and the year that it belongs to, by ISO 8601.
    var week: (year: Int, number: Int) {
        func number(_ yearday: Int) -> Int { (yearday - (yearday - weekday + 382) % 7 + 3).quotient(7) + 1 }
        if number(yearday) < 1 {
            let last = CivilDate.days(year: year, month: 1, day: 1) - CivilDate.days(year: year - 1, month: 1, day: 1)
            return (year - 1, number(yearday + Int(last)))
        }
        let days = CivilDate.days(year: year + 1, month: 1, day: 1) - CivilDate.days(year: year, month: 1, day: 1)
        let next = number(yearday - Int(days))
        return next >= 1 ? (year + 1, next) : (year, number(yearday))
    }

    var json: JSON {
        let seconds = fraction == 0 ? JSON.integer(Int64(second)) : .number(Double(second) + fraction)
        return .array(
            [year, month, day, hour, minute].map { .integer(Int64($0)) } + [seconds]
                + [weekday, yearday].map {
                    .integer(Int64($0))
                })
    }

    private static func divided(_ value: Int64, _ by: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: by)
        return rest < 0 ? (quotient - 1, rest + by) : (quotient, rest)
    }
}

extension Int {
    /// Rounded down.
    fileprivate func quotient(_ by: Int) -> Int { self >= 0 ? self / by : -((by - 1 - self) / by) }
}
