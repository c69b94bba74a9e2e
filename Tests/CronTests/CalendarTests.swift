import Core
import Cron
import Testing

@Suite struct CalendarTests {
    private static let berlin = CronZone("Europe/Berlin")!

    @Test(arguments: [
        ("2026-12-01T09:00", "2026-12-01T08:00:00Z"), ("2026-12-01", "2026-11-30T23:00:00Z"),
        ("2026-07-01T09:00:30.5", "2026-07-01T07:00:30.5Z"),
        // Left out: the clock goes from two to three. Twice: from three to two.
        ("2026-03-29T02:30", "2026-03-29T01:00:00Z"), ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00:00Z"), ("2026-10-25T03:00", "2026-10-25T02:00:00Z"),
        ("1969-12-31T23:59", "1969-12-31T22:59:00Z"),
    ])
    func `local time is told as the clock of its zone shows it`(text: String, expected: String) {
        #expect(Self.berlin.moment(ofLocal: text) == Instant(expected))
    }

    @Test(arguments: [
        "", "soon", "2026-02-30", "2026-12-01T", "2026-12-01T9:00", "2026-12-01T09:00Z", "2026-12-01T1T2",
    ])
    func `what no clock shows is no local time`(text: String) {
        #expect(Self.berlin.moment(ofLocal: text) == nil)
    }

    @Test(arguments: [
        // Within, before and after the hours; at their very end.
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"), ("2026-11-24T03:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-24T20:00:00Z", "2026-11-25T08:00:00Z"), ("2026-11-24T16:00:00Z", "2026-11-25T08:00:00Z"),
        // Friday evening, and a Friday before a holiday on Monday; the clock changes in between.
        ("2026-11-27T17:00:00Z", "2026-11-30T08:00:00Z"), ("2026-10-23T17:00:00Z", "2026-10-27T08:00:00Z"),
    ])
    func `work goes on at the next moment that the calendar has`(from: String, expected: String) throws {
        let calendar = try #require(
            BusinessCalendar(days: [1, 2, 3, 4, 5], hours: 540..<1020, holidays: ["2026-10-26"], zone: Self.berlin))
        #expect(calendar.next(from: try #require(Instant(from))) == Instant(expected))
    }

    @Test func `a calendar without a working day has no moment`() {
        #expect(BusinessCalendar(days: [], hours: 0..<1440, holidays: [], zone: .utc) == nil)
        #expect(BusinessCalendar(days: [1], hours: 0..<1440, holidays: ["2026-13-01"], zone: .utc) == nil)
    }
}
