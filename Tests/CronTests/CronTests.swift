import Core
import Cron
import Testing

@Suite struct CronTests {
    static func times(_ text: String, _ zone: String, from start: String, _ count: Int) throws -> [String] {
        let expression = try CronExpression(text)
        let zone = try #require(CronZone(zone))
        var moment = try #require(Instant(start))
        return try (0..<count).map { _ in
            moment = try #require(expression.next(after: moment, in: zone))
            return moment.description
        }
    }

    @Test(arguments: [
        ("0 2 * * 1-5", ["2026-03-06T02:00:00Z", "2026-03-09T02:00:00Z"]),
        ("*/20 8 * * *", ["2026-03-06T08:00:00Z", "2026-03-06T08:20:00Z"]),
        ("5/30 * * * *", ["2026-03-05T12:05:00Z", "2026-03-05T12:35:00Z"]),
        ("0 0 29 2 *", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
        ("0 0 13 * FRI", ["2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"]),
        ("0 0 */10 * 7", ["2026-05-31T00:00:00Z", "2026-06-21T00:00:00Z"]),
        ("30 4 1,15 jan-feb *", ["2027-01-01T04:30:00Z", "2027-01-15T04:30:00Z"]),
        ("@daily", ["2026-03-06T00:00:00Z", "2026-03-07T00:00:00Z"]),
        ("0 12 5 3 *", ["2027-03-05T12:00:00Z", "2028-03-05T12:00:00Z"]),
    ])
    func firesAtTheMomentsThatItTells(text: String, expected: [String]) throws {
        let found = try Self.times(text, "UTC", from: "2026-03-05T12:00:00Z", 2)
        #expect(found == expected)
    }

    @Test func aFixedTimeThatTheClockLeavesOutFiresWhenItHasMovedOn() throws {
        // In Berlin 02:00 becomes 03:00 on 2026-03-29.
        let found = try Self.times("30 2 * * *", "Europe/Berlin", from: "2026-03-27T12:00:00Z", 3)
        #expect(found == ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])
    }

    @Test func aFixedTimeThatComesTwiceFiresOnce() throws {
        // In Berlin 03:00 becomes 02:00 on 2026-10-25.
        let found = try Self.times("30 2 * * *", "Europe/Berlin", from: "2026-10-24T12:00:00Z", 2)
        #expect(found == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
    }

    @Test func anIntervalFollowsTheClockAsItRuns() throws {
        let spring = try Self.times("*/30 * * * *", "Europe/Berlin", from: "2026-03-29T00:15:00Z", 4)
        #expect(
            spring == [
                "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z",
            ])
        let autumn = try Self.times("0 * * * *", "Europe/Berlin", from: "2026-10-24T23:30:00Z", 4)
        #expect(
            autumn == [
                "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z",
            ])
        let night = try Self.times("*/30 2 * * *", "Europe/Berlin", from: "2026-10-24T12:00:00Z", 5)
        #expect(
            night == [
                "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z",
                "2026-10-26T01:00:00Z",
            ])
    }

    @Test func aDayThatAZoneLeftOutFiresOnTheNext() throws {
        // Samoa went from the 29th to the 31st of December 2011.
        let found = try Self.times("0 9 30 12 *", "Pacific/Apia", from: "2011-12-01T00:00:00Z", 2)
        #expect(found == ["2011-12-30T10:00:00Z", "2012-12-29T19:00:00Z"])
    }

    @Test func aDayThatComesBackAfterMidnightIsGoneThroughAgain() throws {
        // In Newfoundland 00:01 of the 7th of November 2010 became 23:01 of the 6th.
        let found = try Self.times("*/10 23 * * *", "America/St_Johns", from: "2010-11-07T02:30:00Z", 2)
        #expect(found == ["2010-11-07T02:40:00Z", "2010-11-07T02:50:00Z"])
    }

    @Test func halfHoursAndZonesFarFromUTCAreRight() throws {
        #expect(
            try Self.times("0 0 * * *", "Asia/Kathmandu", from: "2026-01-01T00:00:00Z", 1) == ["2026-01-01T18:15:00Z"])
        #expect(
            try Self.times("15 2 * * *", "Australia/Lord_Howe", from: "2026-10-03T00:00:00Z", 2)
                == ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"])
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
        "a * * * *", "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *", "-1 * * * *", "1-2-3 * * * *", "0 0 30 2 *",
        "* * * FOO *", "*/99999999999999999999 * * * *", "@often", "1+1 * * * *",
    ])
    func whatIsNoExpressionIsRefused(text: String) { #expect(throws: CronError.self) { try CronExpression(text) } }

    @Test func onlyZonesThatThereAreAreTaken() {
        for name in ["Europe/Berlin", "UTC", "America/New_York"] { #expect(CronZone(name) != nil) }
        for name in ["Europe/Nowhere", "", "CEST", "../etc/passwd", "Mars/Base"] { #expect(CronZone(name) == nil) }
    }

    @Test func everyMomentFoundIsOneThatTheExpressionMeansAndNoneIsLeftOut() throws {
        // Minute by minute over both changes of the clock, against the plain reading of the clock.
        let expression = try CronExpression("*/7 1-3,22 * * *")
        let zone = try #require(CronZone("America/New_York"))
        for start in ["2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z"] {
            let begin = try #require(Instant(start))
            var expected: [Instant] = []
            for minute in 1...(48 * 60) {
                let moment = begin + .seconds(minute * 60)
                let isLate = moment >= Instant("2026-03-08T07:00:00Z")! && moment < Instant("2026-11-01T06:00:00Z")!
                let local = (moment.microseconds / 1_000_000 + (isLate ? -4 : -5) * 3600) % 86_400
                let (hour, rest) = (local / 3600, local % 3600 / 60)
                if [1, 2, 3, 22].contains(hour), rest % 7 == 0 { expected.append(moment) }
            }
            var found: [Instant] = []
            var moment = begin
            while let next = expression.next(after: moment, in: zone), next <= begin + .seconds(48 * 3600) {
                found.append(next)
                moment = next
            }
            #expect(found == expected)
        }
    }
}
