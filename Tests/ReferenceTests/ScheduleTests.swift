import Core
import Cron
import Engine
import Foundation
import OrchestratorDomain
import Runner
import Testing
import Workflow

/// What starts executions, against a naive calculation.
@Suite(.timeLimit(.minutes(10))) struct ScheduleTests {
    static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
        "America/Havana", "Asia/Kathmandu", "Pacific/Chatham", "America/Sao_Paulo", "America/St_Johns", "UTC",
    ]

    @Test(arguments: Self.zones) func `cron fires when the clock of the zone says so`(name: String) throws {
        var random = SplitMix64(seed: stableHash(name))
        let zone = try #require(CronZone(name))
        let clock = try #require(TimeZone(identifier: name))
        for _ in 0..<16 {
            let cron = RandomCron(&random)
            guard let expression = try? CronExpression(cron.text) else { continue }
            // 2008 … 2028, most often around a change of the clock.
            var start = Int64(random.next() % 10_519_200) + 19_986_720
            if random.next() % 4 > 0, let change = clock.nextDaylightSavingTimeTransition(after: Self.date(start)) {
                start = Int64(change.timeIntervalSince1970) / 60 - Int64(random.next() % 2000)
            }
            let end = start + 3000
            let expected = cron.moments(clock, from: start, to: end)
            var found: [Int64] = []
            var moment = Instant(microseconds: start * 60_000_000 - 1)
            while let next = expression.next(after: moment, in: zone), next.microseconds < end * 60_000_000 {
                try #require(next > moment)
                found.append(next.microseconds / 60_000_000)
                moment = next
            }
            #expect(found == expected, "\(cron.text) in \(name) from \(Self.date(start)), minute \(start)")
        }
    }

    private static func date(_ minute: Int64) -> Date { Date(timeIntervalSince1970: Double(minute) * 60) }

    @Test func `what was missed fires once, then the interval goes on as it was`() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let interval = Int64(random.next() % 90) + 1
            let due = Instant(milliseconds: Int64(random.next() % 100_000))
            let now = due + .milliseconds(Int64(random.next() % 400_000))
            var expected = due
            while expected <= now { expected = expected + .seconds(interval) }
            #expect(ScheduleMoment.next(every: .seconds(interval), after: due, now: now) == expected)
        }
    }

    /// Plays a definition's schedule for `length`: when executions started, with which input.
    private func starts(
        _ document: String, for length: Duration, events: [(time: Int64, event: JSON)] = []
    ) throws -> [(time: Int64, input: JSON)] {
        let head = "document: { dsl: '1.0.3', namespace: test, name: timed, version: '1.0.0' }\n"
        let definition = try CompiledDefinition(parsing: Array((head + document).utf8))
        var options = World.Options()
        options.restartsAtEveryStep = true
        var world = World(DefinitionShelf([definition]), options: options)
        let start = world.now
        world.schedule(definition)
        for (time, event) in events { world.publish(event, at: start + .milliseconds(time)) }
        while let next = world.nextMoment, next <= start + length { world.step() }
        #expect(world.breaches.isEmpty)
        return world.order.compactMap { world[$0]?.state }.map { ($0.startedAt - start, $0.input) }
            .map { ($0.0.wholeMilliseconds, $0.1) }
    }

    @Test func `every goes by the clock, after by the end of the last one`() throws {
        var random = SplitMix64(seed: 2)
        for _ in 0..<6 {
            let (step, work) = (Int64(random.next() % 9) + 1, Int64(random.next() % 20))
            let body = random.next() % 3 == 0 ? "raise: { error: { type: 'a:b', status: 500 } }" : "set: { n: 1 }"
            let tasks = "do: [ { w: { wait: PT\(work)S } }, { e: { \(body) } } ]"
            let every = try starts("schedule: { every: PT\(step)S }\n\(tasks)", for: .seconds(100))
            #expect(
                every.map(\.time) == Array(stride(from: step, through: 100, by: Int64.Stride(step))).map { $0 * 1000 })
            let after = try starts("schedule: { after: PT\(step)S }\n\(tasks)", for: .seconds(100))
            let expected = Array(stride(from: step, through: 100, by: Int64.Stride(step + work)))
            #expect(after.map(\.time) == expected.map { $0 * 1000 })
        }
    }

    @Test func `a cron schedule starts executions at its moments`() throws {
        let found = try starts(
            "schedule: { cron: '*/20 6-7 * * *', timeZone: Asia/Kathmandu }\ndo: [ { w: { wait: PT1H } } ]",
            for: .seconds(4 * 3600))
        // The world begins at midnight of UTC, when it is 5:45 in Kathmandu.
        #expect(found.map { $0.time / 60_000 } == [15, 35, 55, 75, 95, 115])
    }

    @Test func `events start executions once enough of them have come`() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<25 {
            var time: Int64 = 0
            let events = (0..<14).map { number -> (time: Int64, event: JSON) in
                time += Int64(random.next() % 5000) + 1
                var data: JSONObject = ["n": .integer(Int64(number))]
                if random.next() % 6 > 0 { data["key"] = .string("k\(random.next() % 2)") }
                return (time, ["type": .string("t\(random.next() % 3)"), "data": .object(data)])
            }
            for kind in NaiveTrigger.allCases {
                let found = try starts(
                    "schedule: { on: \(kind.text) }\ndo: [ { s: { set: { n: 1 } } } ]", for: .seconds(100),
                    events: events)
                let expected = kind.starts(events)
                #expect(found.map(\.time) == expected.map(\.time), "\(kind)")
                #expect(found.map(\.input) == expected.map(\.input), "\(kind)")
            }
        }
    }
}
