public import Core
import Cron

/// When a call of `until` ends, read from its resolved arguments.
public struct UntilMoment: Sendable, Hashable {
    /// The moment.
    public let instant: Instant

    private static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// Reads the arguments; what does not fit is a `validation` fault.
    public init(_ arguments: JSON) throws(Fault) {
        if let fault = CatalogueFunction.named("until:1.0.0")?.fault(in: arguments) { throw fault }
        var zone: CronZone?
        if let name = arguments["timeZone"]?.string {
            guard let known = CronZone(name) else { throw Self.fault("timeZone", "a time zone such as Europe/Berlin") }
            zone = known
        }
        let asked = try Self.moment(arguments["at"], zone)
        guard let calendar = arguments["calendar"] else {
            instant = asked
            return
        }
        guard let next = try Self.calendar(calendar, zone ?? .utc).next(from: asked) else {
            throw Self.fault("calendar", "a calendar with a working day within nine years")
        }
        instant = next
    }

    private static func moment(_ at: JSON?, _ zone: CronZone?) throws(Fault) -> Instant {
        if let seconds = at?.double, abs(seconds) < 9e12 {
            return Instant(microseconds: Int64((seconds * 1e6).rounded(.down)))
        }
        let text = at?.string ?? ""
        if let moment = zone?.moment(ofLocal: text) ?? Instant(text) { return moment }
        let isLocal = CronZone.utc.moment(ofLocal: text) != nil
        throw fault(
            "at",
            isLocal
                ? "an offset, or a timeZone beside it"
                : "a moment such as 2026-12-01T09:00:00Z, 2026-12-01T09:00 with a timeZone, or seconds since 1970")
    }

    private static func calendar(_ calendar: JSON, _ zone: CronZone) throws(Fault) -> BusinessCalendar {
        let names = calendar["days"]?.array?.compactMap(\.string) ?? ["MON", "TUE", "WED", "THU", "FRI"]
        let from = minute(calendar["hours"]?["from"]) ?? 0
        let to = minute(calendar["hours"]?["to"]) ?? 24 * 60
        guard from < to else { throw fault("calendar/hours", "a from that is before to") }
        let holidays = calendar["holidays"]?.array?.compactMap(\.string) ?? []
        let days = Set(names.compactMap { weekdays.firstIndex(of: $0) })
        guard let found = BusinessCalendar(days: days, hours: from..<to, holidays: holidays, zone: zone) else {
            throw fault("calendar/holidays", "dates such as 2026-12-25")
        }
        return found
    }

    /// `09:30` as a minute of the day.
    private static func minute(_ value: JSON?) -> Int? {
        let parts = value?.string?.split(separator: ":").compactMap { Int($0) } ?? []
        return parts.count == 2 ? parts[0] * 60 + parts[1] : nil
    }

    private static func fault(_ key: String, _ expected: String) -> Fault {
        Fault(.validation, detail: "the arguments of until:1.0.0 at /\(key): expected \(expected)")
    }
}
