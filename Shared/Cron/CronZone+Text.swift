public import Core

extension CronZone {
    /// The moment at which the clock shows `text`: a date (its midnight) or a date and time without an offset, such as
    /// `2026-12-01T09:00`. A time that comes twice is the first of the two, one that is left out is the moment at which
    /// the clock has moved on. Nil when it is none.
    public func moment(ofLocal text: String) -> Instant? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let time = parts.count == 2 ? String(parts[1]) : "00:00"
        let complete = time.utf8.count == 5 ? time + ":00" : time
        guard parts.count <= 2, let local = Instant("\(parts[0])T\(complete)Z") else { return nil }
        let (whole, rest) = local.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let second = rest < 0 ? whole - 1 : whole
        return Instant(microseconds: moment(ofLocal: second) * 1_000_000 + local.microseconds - second * 1_000_000)
    }
}
