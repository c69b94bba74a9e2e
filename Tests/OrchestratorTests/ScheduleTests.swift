import Contracts
import Core
import Engine
import Messaging
import Postgres
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ScheduleTests {
    static func definition(_ name: String, _ schedule: String, version: String = "1.0.0") -> String {
        Definitions.head(name, version: version) + "schedule: \(schedule)\n"
            + "do: [ { s: { set: { version: '\(version)', got: '${ . }' } } } ]\n"
    }

    /// The outputs of all executions of a definition that have ended, by their ids.
    static func outputs(_ name: String, _ world: World) throws -> [String: JSON] {
        var outputs: [String: JSON] = [:]
        for event in try world.events()
        where event.definition?.name == name && event.kind == "executionCompleted" {
            outputs[event.executionID] = try EventTests.output(event.executionID, world)
        }
        return outputs
    }

    /// Moves all schedules so that they are due now.
    static func hurry(_ pool: PostgresPool, by interval: String = "1 day") async throws {
        _ = try await pool.execute("UPDATE schedules SET due = due - \(interval)::text::interval")
    }

    @Test func `every and cron fire when they are due, once for all that was missed, and then at their own times`()
        async throws
    {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator { _ in
                try await world.register(Self.definition("hourly", "{ every: { hours: 1 } }"))
                try await world.register(Self.definition("nightly", "{ cron: '0 2 * * *', timeZone: Europe/Berlin }"))
                try await Self.hurry(pool, by: "10 days")
                try await eventually("both") {
                    try Self.outputs("hourly", world).count == 1 && Self.outputs("nightly", world).count == 1
                }
                let rows = try await pool.query("SELECT due, now() AS now FROM schedules ORDER BY name")
                #expect(rows.count == 2)
                for row in rows { #expect(try row.instant("due") > row.instant("now")) }
                let left = try rows[0].instant("due") - rows[0].instant("now")
                #expect(left > .seconds(3000) && left <= .seconds(3600))
            }
            let ids = try Self.outputs("hourly", world).keys
            #expect(ids.allSatisfy { $0.hasPrefix("scheduled-") && $0.utf8.count == 42 })
            try await expectNothingOpen(pool)
        }
    }

    @Test func `two orchestrators fire each moment once, also over a restart`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            let names = (0..<12).map { "s\($0)" }
            try await installation.withOrchestrator { _ in
                for name in names { try await world.register(Self.definition(name, "{ every: PT1H }")) }
            }
            try await Self.hurry(pool)
            try await installation.withOrchestrator { _ in
                try await installation.withOrchestrator { _ in
                    try await eventually("all") {
                        try names.allSatisfy { try Self.outputs($0, world).count == 1 }
                    }
                    try await Self.hurry(pool, by: "1 hour")
                    try await eventually("all again") {
                        try names.allSatisfy { try Self.outputs($0, world).count == 2 }
                    }
                }
            }
            let starts = try world.events().filter { $0.kind == "executionStarted" }
            #expect(starts.count == 24)
            #expect(Set(starts.map(\.executionID)).count == 24)
        }
    }

    @Test func `after waits for the end of the last execution`() async throws {
        let slow =
            Definitions.head("slow") + """
                schedule: { after: PT30M }
                do: [ { ask: { call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: Extract } } } ]
                """
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator { _ in
                try await world.register(slow)
                try await world.register(Self.definition("quick", "{ after: PT30M }"))
                try await Self.hurry(pool)
                try await eventually("the task") { try world.all(TasksV1.RunTask.self).count == 1 }
                try await eventually("the quick one") { try Self.outputs("quick", world).count == 1 }
                try await Self.hurry(pool)
                try await eventually("the quick one again") { try Self.outputs("quick", world).count == 2 }
                let waiting = try await pool.query("SELECT running, due FROM schedules WHERE name = 'slow'")
                #expect(try waiting[0].optionalInstant("due") == nil)
                let task = try #require(try world.all(TasksV1.RunTask.self).first)
                #expect(try waiting[0].optionalString("running") == task.executionID)
                try await world.send(.completed(task, ["n": 1]))
                try await eventually("the next moment") {
                    try await pool.query("SELECT 1 FROM schedules WHERE due > now() AND name = 'slow'").count == 1
                }
                try await Self.hurry(pool)
                try await eventually("the next task") { try world.all(TasksV1.RunTask.self).count == 2 }
            }
        }
    }

    @Test func `the newest version is the one that is scheduled`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator { _ in
                try await world.register(Self.definition("job", "{ every: PT1H }", version: "1.2.0"))
                try await world.register(Self.definition("job", "{ every: PT2H }", version: "1.1.0"))
                try await world.register(Self.definition("job", "{ every: PT2H }", version: "2.0.0-beta.1"))
                try await Self.hurry(pool)
                try await eventually("the first") { try Self.outputs("job", world).count == 1 }
                try await world.register(
                    Self.definition("job", "{ on: { one: { with: { type: go } } } }", version: "1.10.0"))
                #expect(try await pool.query("SELECT 1 FROM schedules").isEmpty)
                try await world.send(.event("go", "1", ["n": 1]))
                try await eventually("the second") { try Self.outputs("job", world).count == 2 }
                try await world.register(Definitions.head("job", version: "2.0.0") + "do: [ { s: { set: { n: 1 } } } ]")
                #expect(try await pool.query("SELECT 1 FROM subscriptions").isEmpty)
            }
            let versions = try Self.outputs("job", world).values.compactMap { $0["version"]?.string }.sorted()
            #expect(versions == ["1.10.0", "1.2.0"])
        }
    }

    @Test func `each event starts one execution, however often it comes`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(
                    Self.definition("low", "{ on: { any: [ { with: { type: low } }, { with: { type: high } } ] } }"))
                try await world.register(
                    Self.definition("whole", "{ on: { one: { with: { type: low } } }, read: envelope }"))
                try await world.send(
                    .event("low", "1", 1), .event("low", "1", 1), .event("high", "2", 2), .event("other", "3", 3),
                    .event("low", "4", 4, tenant: "stranger"))
                try await eventually("the starts") {
                    try Self.outputs("low", world).count == 2 && Self.outputs("whole", world).count == 1
                }
                try await world.send(.event("low", "1", 1), .event("low", "5", 5))
                try await eventually("the last") {
                    try Self.outputs("low", world).count == 3 && Self.outputs("whole", world).count == 2
                }
            }
            let got = try Self.outputs("low", world).values.compactMap { $0["got"]?[0]?.int }.sorted()
            #expect(got == [1, 2, 5])
            let whole = try Self.outputs("whole", world).values.compactMap { $0["got"]?[0]?["id"]?.string }.sorted()
            #expect(whole == ["1", "5"])
        }
    }

    @Test func `correlated events start one execution together, over a restart too`() async throws {
        let both = """
            { on: { all: [
              { with: { type: order.paid }, correlate: { order: { from: .subject } } },
              { with: { type: order.packed }, correlate: { order: { from: .subject } } } ] } }
            """
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await installation.withOrchestrator { _ in
                try await world.register(Self.definition("ship", both))
                try await world.send((0..<20).map { .event("order.paid", "p\($0)", ["p": 1], ["subject": "o\($0)"]) })
                try await world.send(.event("order.paid", "again", ["p": 2], ["subject": "o3"]))
                try await eventually("the first halves") {
                    try await pool.query("SELECT 1 FROM gatherings").count == 20
                }
            }
            try await installation.withOrchestrator { _ in
                try await world.send(.event("order.packed", "k3", ["k": 1], ["subject": "o3"]))
                try await world.send(.event("order.packed", "k5", ["k": 5], ["subject": "o5"]))
                try await eventually("the starts") { try Self.outputs("ship", world).count == 2 }
                try await world.send(.event("order.packed", "k33", ["k": 2], ["subject": "o3"]))
                try await eventually("the third") { try Self.outputs("ship", world).count == 3 }
                #expect(try await pool.query("SELECT 1 FROM gatherings").count == 18)
            }
            let got = try Self.outputs("ship", world).values.map { $0["got"] ?? .null }
            #expect(got.contains([["p": 1], ["k": 1]]) && got.contains([["p": 1], ["k": 5]]))
            #expect(got.contains([["p": 2], ["k": 2]]))
        }
    }

    @Test func `any with until starts with all events up to the one that ends it`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(
                    Self.definition(
                        "batch",
                        "{ on: { any: [ { with: { type: item } } ], until: { one: { with: { type: flush } } } } }"))
                try await world.send(.event("flush", "f0", 0))
                // It lies in another partition, and would end what the first item begins.
                try await eventually("the flush of nothing") {
                    try await installation.pool.query("SELECT 1 FROM delivered_events").count == 1
                }
                for n in 1...3 { try await world.send(.event("item", "\(n)", .integer(Int64(n)), [:])) }
                try await eventually("the items") {
                    try await installation.pool.query("SELECT 1 FROM gatherings").count == 1
                }
                try await eventually("all items") {
                    try await installation.pool.query("SELECT 1 FROM delivered_events").count == 4
                }
                try await world.send(.event("flush", "f1", 0))
                try await eventually("the start") { try Self.outputs("batch", world).count == 1 }
            }
            let got = try Self.outputs("batch", world).values.first?["got"]?.array?.compactMap(\.int) ?? []
            #expect(got.sorted() == [1, 2, 3])
        }
    }
}
