import Core
import Foundation

/// A time zone: how local time is to be told from an instant.
public struct CronZone: Sendable, Hashable {
    /// Its name in the IANA database, such as `Europe/Berlin`.
    public let identifier: String
    private let zone: TimeZone

    /// The zone of this name; nil when there is none.
    public init?(_ identifier: String) {
        guard identifier == "UTC" || identifier.contains("/"), let zone = TimeZone(identifier: identifier) else {
            return nil
        }
        (self.identifier, self.zone) = (identifier, zone)
    }

    /// Coordinated universal time.
    public static let utc = CronZone(fixed: TimeZone(secondsFromGMT: 0))

    private init(fixed zone: TimeZone?) {
        guard let zone else { preconditionFailure("UTC is always there") }
        (identifier, self.zone) = ("UTC", zone)
    }

    /// Seconds that local time is ahead of UTC at `second`, counted from 1970.
    func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    /// The first moment, in seconds, at which the clock shows `local`, counted like the seconds of UTC; what the clock
    /// leaves out is the moment at which it has moved on.
    func moment(ofLocal local: Int64) -> Int64 {
        let window = (local - 15 * 3600)...(local + 15 * 3600)
        let (before, behind) = (offset(at: window.lowerBound), offset(at: window.upperBound))
        guard before != behind else { return local - before }
        let change = change(in: window)
        return local - before < change ? local - before : max(change, local - behind)
    }

    /// The local day at `second`, counted from 1970-01-01.
    func day(at second: Int64) -> Int64 {
        let local = second + offset(at: second)
        return local / 86_400 - (local % 86_400 < 0 ? 1 : 0)
    }

    /// The day of the week of a day, Sunday being 0. 1970-01-01 was a Thursday.
    static func weekday(ofDay day: Int64) -> Int { Int(((day + 4) % 7 + 7) % 7) }

    /// The second at which the offset is not any more what it is at the beginning.
    func change(in window: ClosedRange<Int64>) -> Int64 {
        let offset = offset(at: window.lowerBound)
        var (low, high) = (window.lowerBound, window.upperBound)
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.offset(at: middle) == offset { low = middle } else { high = middle }
        }
        return high
    }
}
