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
}
