import Contracts
import Core
import Kafka
import Lifecycle
import Messaging
import Postgres
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct EnduranceTests {
    @Test func `a timer fires once, when its moment has come`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.short)
                try await world.register(Definitions.long)
                try await world.send((0..<20).map { .start("e\($0)", "test/short") } + [.start("late", "test/long")])
                try await eventually("the ends") {
                    try (0..<20).allSatisfy { try world.log("e\($0)").last?.kind == "executionCompleted" }
                }
                for number in 0..<20 {
                    let log = try world.log("e\(number)")
                    #expect(log.filter { $0.kind == "timerFired" }.count == 1)
                    let set = try #require(log.first { $0.kind == "timerSet" })
                    let fired = try #require(log.first { $0.kind == "timerFired" })
                    #expect(fired.timeUs - set.timeUs >= 150_000)
                }
                #expect(try world.log("late").last?.status == "waiting")
                let left = try await installation.pool.query("SELECT execution_id FROM timers")
                #expect(try left.map { try $0.string("execution_id") } == ["late"])
            }
        }
    }

    @Test func `timers that cannot be read hold up no others`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await pool.execute(
                """
                INSERT INTO executions (id, tenant, namespace, name, version, status, sequence, state, updated_at)
                SELECT 'x' || n, 'acme', 'n', 'w', '1.0.0', 'waiting', 1, 'x', now() FROM generate_series(1, 25) AS n
                """)
            try await pool.execute(
                """
                INSERT INTO timers (id, execution_id, due)
                SELECT 't' || n, 'x' || n, now() - interval '1 hour' FROM generate_series(1, 25) AS n
                """)
            try await installation.withOrchestrator(settings: ["CADENZA_ORCHESTRATOR_TIMER_BATCH": "10"]) { _ in
                try await world.register(Definitions.short)
                try await world.send((0..<12).map { .start("e\($0)", "test/short") })
                try await eventually("the ends") {
                    try (0..<12).allSatisfy { try world.log("e\($0)").last?.kind == "executionCompleted" }
                }
            }
            #expect(try await pool.query("SELECT count(*) AS count FROM timers")[0].int("count") == 25)
        }
    }

    @Test func `a timer after which nothing can be written holds up no others, and fires once it can`() async throws {
        try await withInstallation { installation in
            let (world, pool) = (installation.world, installation.pool)
            try await pool.execute("ALTER TABLE tombstones ADD CONSTRAINT bad CHECK (id <> 'bad')")
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.short)
                try await world.send(["bad", "e1", "e2"].map { .start($0, "test/short") })
                try await eventually("the wait") { try world.log("bad").last?.status == "waiting" }
                try await eventually("the ends") {
                    try ["e1", "e2"].allSatisfy { try world.log($0).last?.kind == "executionCompleted" }
                }
                // Set after the first look that failed.
                try await world.send(.start("e3", "test/short"))
                try await eventually("the end") { try world.log("e3").last?.kind == "executionCompleted" }
                #expect(try world.log("bad").allSatisfy { $0.kind != "timerFired" })
            }
            try await pool.execute("ALTER TABLE tombstones DROP CONSTRAINT bad")
            try await installation.withOrchestrator { _ in
                try await eventually("the last end") { try world.log("bad").last?.kind == "executionCompleted" }
            }
            try await expectNothingOpen(pool)
        }
    }

    @Test func `two orchestrators fire each timer once`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            let ids = (0..<80).map { "e\($0)" }
            try await installation.withOrchestrator { _ in
                try await installation.withOrchestrator { _ in
                    try await world.register(Definitions.short)
                    try await world.send(ids.map { .start($0, "test/short") })
                    try await eventually("the ends") {
                        try ids.allSatisfy { try world.log($0).last?.kind == "executionCompleted" }
                    }
                }
            }
            let fired = try world.events().filter { $0.kind == "timerFired" }
            #expect(fired.count == ids.count)
            try await expectNothingOpen(installation.pool)
        }
    }

    @Test func `what was committed before a crash is published after it`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            try await installation.withOrchestrator(sink: DeafSink()) { handle in
                try await world.send(.register(Definitions.oneAgent))
                try await eventually("the registration") {
                    try await !installation.pool.query("SELECT 1 AS one FROM definitions").isEmpty
                }
                try await world.send(.start("e1", "test/one-agent"))
                try await eventually("the commit") {
                    try await !installation.pool.query("SELECT 1 AS one FROM executions").isEmpty
                }
                handle.kill()
            }
            #expect(try world.all(TasksV1.RunTask.self).isEmpty)
            try await installation.withOrchestrator { _ in
                try await eventually("the task") { try !world.all(TasksV1.RunTask.self).isEmpty }
                let task = try #require(try world.all(TasksV1.RunTask.self).first)
                try await world.send(.completed(task, ["n": 1]))
                try await eventually("the end") { try world.log("e1").last?.kind == "executionCompleted" }
            }
            let log = try world.log("e1")
            #expect(log.map(\.sequence) == Array(1...Int64(log.count)))
        }
    }

    @Test func `two orchestrators share the work, and one alone finishes it`() async throws {
        try await withInstallation { installation in
            let world = installation.world
            world.answer { seen in
                guard seen.type == TasksV1.RunTask.protoName else { return [] }
                return [.completed(try seen.decode(TasksV1.RunTask.self), ["ok": true])]
            }
            let ids = (0..<60).map { "e\($0)" }
            try await installation.withOrchestrator { _ in
                try await world.register(Definitions.twoCalls)
                try await installation.withOrchestrator { handle in
                    try await world.send(ids.prefix(40).map { .start($0, "test/two-calls") })
                    try await eventually("some ends") {
                        try world.log("e0").last?.kind == "executionCompleted"
                    }
                    handle.kill()
                }
                try await world.send(ids.suffix(20).map { .start($0, "test/two-calls") })
                try await eventually("all ends") {
                    try ids.allSatisfy { try world.log($0).last?.kind == "executionCompleted" }
                }
            }
            for id in ids {
                let events = try world.events().filter { $0.executionID == id }
                // A repetition after a crash is the same message again; two different ones would be a doubled effect.
                #expect(Set(events).count == Set(events.map(\.sequence)).count)
                #expect(try world.log(id).filter { $0.kind == "taskRequested" }.count == 2)
            }
            try await expectNothingOpen(installation.pool)
        }
    }
}

/// A broker that never answers.
struct DeafSink: MessageSink {
    func send(_ messages: [KafkaMessage]) async throws {
        await Shutdown().wait()
        throw CancellationError()
    }
}
