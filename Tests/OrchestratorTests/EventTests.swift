import Contracts
import Core
import Engine
import Messaging
import Postgres
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct EventTests {
    static let order =
        Definitions.head("order") + """
            do:
              - wait:
                  listen:
                    to:
                      one:
                        with: { type: order.paid }
                        correlate: { order: { from: .subject, expect: '${ .order }' } }
            """
    static let early =
        Definitions.head("early") + """
            do:
              - ask: { call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: Extract } }
              - wait: { listen: { to: { all: [ { with: { type: early.a } }, { with: { type: early.b } } ] } } }
            """

    static func output(_ id: String, _ world: World) throws -> JSON? {
        let events = try world.log(id).compactMap { ExecutionEvent(json: try $0.body?.json() ?? .null) }
        return ExecutionState(folding: events)?.output
    }

    @Test func `an event wakes the one execution whose key it has, once, and only in its tenant`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            let ids = (0..<60).map { "e\($0)" }
            try await installation.withOrchestrator { _ in
                try await world.register(Self.order)
                try await world.send(ids.map { .start($0, "test/order", input: ["order": .string("o" + $0)]) })
                try await eventually("the waits") {
                    try ids.allSatisfy { try world.log($0).contains { $0.kind == "correlationStarted" } }
                }
                try await world.send(
                    .event("order.paid", "1", 1, ["subject": "oe7"], tenant: "stranger"),
                    .event("order.shipped", "2", 2, ["subject": "oe7"]),
                    .event("order.paid", "3", 3, ["subject": "nobody"]),
                    .event("order.paid", "4", 4, ["subject": "oe7"]), .event("order.paid", "4", 5, ["subject": "oe7"]),
                    .event("order.paid", "6", 6, ["subject": "oe8"]))
                try await eventually("the ends") {
                    try ["e7", "e8"].allSatisfy { try world.log($0).last?.kind == "executionCompleted" }
                }
                #expect(try Self.output("e7", world) == [4])
                #expect(try Self.output("e8", world) == [6])
                let delivered = try world.all(OrchestratorV1.DeliverEvent.self).map(\.executionID)
                #expect(delivered.sorted() == ["e7", "e8"])
                let left = try await installation.pool.query("SELECT count(*) AS n FROM subscriptions")
                #expect(try left[0].int("n") == 58)
            }
        }
    }

    @Test func `a key may be longer than what an index takes`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            // Postgres presses what repeats.
            var random = SplitMix64(seed: 1)
            let key = (0..<2_000).map { _ in String(random.next(), radix: 36) }.joined()
            try await installation.withOrchestrator { _ in
                try await world.register(Self.order)
                try await world.send(
                    .start("e1", "test/order", input: ["order": .string(key)]),
                    .start("e2", "test/order", input: ["order": .string(key + ".")]))
                try await eventually("the waits") {
                    try ["e1", "e2"].allSatisfy { try world.log($0).contains { $0.kind == "correlationStarted" } }
                }
                try await world.send(.event("order.paid", "1", 1, ["subject": key]))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
                #expect(try world.log("e2").last?.kind == "correlationStarted")
            }
        }
    }

    @Test func `an event that comes before its listen is kept, over a restart too`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Self.early)
                try await world.send(.start("e1", "test/early"))
                try await eventually("the task") { try !world.all(TasksV1.RunTask.self).isEmpty }
                try await world.send(.event("early.b", "1", "b"))
                try await eventually("the event") { try world.log("e1").contains { $0.kind == "eventReceived" } }
            }
            try await installation.withOrchestrator { _ in
                let task = try #require(try world.all(TasksV1.RunTask.self).first)
                try await world.send(.completed(task, ["ok": true]))
                try await world.send(.event("early.a", "2", "a"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            #expect(try Self.output("e1", world) == ["b", "a"])
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `JSON and bytes are read, in binary and in structured mode`() async throws {
        let body = """
            do:
              - w: { listen: { to: { any: [ { with: { room: 'r.*' } } ], until: length == 5 }, read: envelope } }
            """
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.head("rooms") + body)
                try await world.send(.start("e1", "test/rooms"))
                try await eventually("the wait") { try world.log("e1").contains { $0.kind == "correlationStarted" } }
                let structured: JSON = [
                    "specversion": "1.0", "id": "2", "source": "s", "type": "t", "tenant": "acme", "room": "r2",
                    "level": 7, "data": ["n": 2],
                ]
                let encoded: JSON = [
                    "specversion": "1.0", "id": "3", "source": "s", "type": "t", "tenant": "acme", "room": "r3",
                    "data_base64": "AQID",
                ]
                var messages: [World.Outgoing] = [.event("t", "1", ["n": 1], ["room": "r1"])]
                for event in [structured, encoded] {
                    var message = World.Outgoing(.ingressEvents, key: "k", id: "", type: "", body: event.bytes())
                    message.contentType = "application/cloudevents+json; charset=UTF-8"
                    messages.append(message)
                }
                var bytes = World.Outgoing(.ingressEvents, key: "k", id: "4", type: "t", body: [1, 2, 3, 4])
                bytes.attributes = ["room": "r4"]
                var broken = World.Outgoing.event("t", "b", nil, ["room": "r0"])
                broken.body = Array("{".utf8)
                var text = World.Outgoing.event("t", "5", nil, ["room": "r5"])
                (text.body, text.contentType) = (Array("plain".utf8), "text/plain")
                for message in messages + [bytes, broken, text] {
                    try await world.send(message)
                    let id = message.id.isEmpty ? "k" : message.id
                    try await eventually("\(id)") {
                        let count = try world.log("e1").count { $0.kind == "eventReceived" }
                        let dead = try world.all(DeadlettersV1.MessageDied.self).count
                        return count + dead >= 1
                    }
                }
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            let events = try #require(try Self.output("e1", world)?.array).sorted {
                ($0["room"]?.string ?? "") < ($1["room"]?.string ?? "")
            }
            #expect(events.map { $0["data"] } == [["n": 1], ["n": 2], nil, nil, "plain"])
            #expect(events.map { $0["data_base64"] } == [nil, nil, "AQID", "AQIDBA==", nil])
            #expect(events[1]["level"] == "7")
            #expect(try world.all(DeadlettersV1.MessageDied.self).map(\.code) == ["OR0006"])
        }
    }

    @Test func `what one execution emits another hears`() async throws {
        let emitting =
            Definitions.head("emitting") + """
                do:
                  - tell:
                      emit: { event: { with: { type: order.paid, subject: '${ .order }', room: r9, data: '${ . }' } } }
                """
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Self.order)
                try await world.register(emitting)
                try await world.send(.start("e1", "test/order", input: ["order": "o1"]))
                try await eventually("the wait") { try world.log("e1").contains { $0.kind == "correlationStarted" } }
                try await world.send(.start("e2", "test/emitting", input: ["order": "o1"]))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            #expect(try Self.output("e1", world) == [["order": "o1"]])
        }
    }

    @Test func `an event that nobody wants leaves nothing behind`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.short)
                try await world.send((0..<50).map { .event("nobody.cares", "\($0)", 1) })
                try await world.send(.start("e1", "test/short"))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            #expect(try world.all(OrchestratorV1.DeliverEvent.self).isEmpty)
            let left = try await installation.pool.query("SELECT count(*) AS n FROM delivered_events")
            #expect(try left[0].int("n") == 0)
        }
    }
}
