import Core
import Foundation

/// A random cron expression, and what it means read minute by minute off the clock.
struct RandomCron {
    /// One field: its text and the values that it allows.
    struct Field {
        var text: String
        var values: Set<Int>

        var isStar: Bool { text.hasPrefix("*") }
    }

    var fields: [Field] = []

    init(_ random: inout SplitMix64) {
        fields.append(Self.field(0...59, &random, star: 4))
        fields.append(Self.field(0...23, &random, star: 4))
        fields.append(Self.field(1...31, &random, star: 2))
        fields.append(Self.field(1...12, &random, star: 1))
        fields.append(Self.field(0...6, &random, star: 2))
        // `3/4` goes on to 7, which is Sunday again.
        if let slash = fields[4].text.firstIndex(of: "/"), let first = Int(fields[4].text[..<slash]),
            let step = Int(fields[4].text[slash...].dropFirst()), (7 - first) % step == 0
        {
            fields[4].values.insert(0)
        }
    }

    var text: String { fields.map(\.text).joined(separator: " ") }

    /// `star` of 4: how often it is not a bare `*` grows with it.
    private static func field(_ range: ClosedRange<Int>, _ random: inout SplitMix64, star: Int) -> Field {
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        if below(5) >= star { return Field(text: "*", values: Set(range)) }
        let first = range.lowerBound + below(range.count)
        let last = min(range.upperBound, first + below(6))
        let step = 1 + below(min(range.count - 1, 25))
        switch below(6) {
        case 0:
            return Field(
                text: "*/\(step)", values: Set(stride(from: range.lowerBound, through: range.upperBound, by: step)))
        case 1: return Field(text: "\(first)-\(last)", values: Set(first...last))
        case 2: return Field(text: "\(first)-\(last)/2", values: Set(stride(from: first, through: last, by: 2)))
        case 3:
            return Field(
                text: "\(first)/\(step)", values: Set(stride(from: first, through: range.upperBound, by: step)))
        case 4:
            let other = range.lowerBound + below(range.count)
            return Field(text: "\(first),\(other)", values: [first, other])
        default: return Field(text: "\(first)", values: [first])
        }
    }

    /// Whether a wall clock that shows this minute, counted from 1970, is meant.
    private func isMeant(_ wall: Int64) -> Bool {
        guard fields[0].values.contains(Int(wall % 60)), fields[1].values.contains(Int(wall / 60 % 24)) else {
            return false
        }
        let parts = Self.calendar.dateComponents(
            [.day, .month, .weekday], from: Date(timeIntervalSince1970: Double(wall) * 60))
        guard fields[3].values.contains(parts.month ?? -1) else { return false }
        let day = fields[2].values.contains(parts.day ?? -1)
        let weekday = fields[4].values.contains((parts.weekday ?? 0) - 1)
        return fields[2].isStar || fields[4].isStar ? day && weekday : day || weekday
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        return calendar
    }()

    /// The minutes, counted from 1970, from `start` on and before `end` at which it fires: by the clock as it runs, or,
    /// when minute and hour are told, once for each time of the day.
    func moments(_ zone: TimeZone, from start: Int64, to end: Int64) -> [Int64] {
        let isFixed = !fields[0].isStar && !fields[1].isStar
        var moments: [Int64] = []
        var shown: Set<Int64> = []
        var previous: Int64?
        var offset: Int64 = 0
        // What came twice must have been seen the first time.
        for minute in (start - 1440)..<end {
            if minute % 15 == 0 || previous == nil {
                offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute) * 60)) / 60)
            }
            let wall = minute + offset
            defer { previous = wall }
            var isDue = isMeant(wall)
            if isFixed {
                let isNew = shown.insert(wall).inserted
                let leftOut = previous.map { $0 + 1 < wall ? ($0 + 1)..<wall : wall..<wall } ?? wall..<wall
                isDue = (isDue && isNew) || leftOut.contains { shown.insert($0).inserted && isMeant($0) }
            }
            if isDue, minute >= start { moments.append(minute) }
        }
        return moments
    }
}
