import Contracts
import Core
import HTTP
import Postgres
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import AgentWorker

@Suite("What the orchestrator asks about tasks", .timeLimit(.minutes(5)))
struct InquiryTests {
    private static let settings = ["CADENZA_AUDIT_PATIENCE": "0s", "CADENZA_AUDIT_INTERVAL": "100ms"]

    private func inquiry(_ ids: [String], inOrder: Bool) -> LivenessV1.InquireTasks {
        let now = SystemClock().now().microseconds
        return LivenessV1.InquireTasks(
            tasks: ids.map { .init(taskID: $0, executionID: "e", attempt: 1, requestedUs: now) }, inOrder: inOrder)
    }

    @Test("It is told what never came and what is done, and nothing of what is under way")
    func standings() async throws {
        try await withBench(Self.settings) { (bench) async throws in
            try await bench.take(["e:1", "e:2", "e:3"].map { request($0, "http", [:]) })
            try await bench.pool.execute(
                "UPDATE tasks SET status = 'finished', finished_at = now() - interval '1 s' WHERE task_id = 'e:2'")
            try await bench.running([]) {
                try await bench.take([inquiry(["e:1", "e:3"], inOrder: false)])
                try await bench.take([inquiry(["e:1", "e:2", "e:9"], inOrder: false)])
                try await eventually("the answer") { try !bench.sink.all(LivenessV1.TasksStanding.self).isEmpty }
            }
            let told = try bench.sink.all(LivenessV1.TasksStanding.self)
            #expect(told.count == 1 && told[0].tasks.map(\.taskID) == ["e:2", "e:9"])
            #expect(told[0].tasks.map(\.standing) == [.finished, .unknown])
            // Asked about many, nothing is done.
            let states = try await bench.pool.query("SELECT status FROM tasks ORDER BY task_id")
            #expect(try states.map { try $0.string("status") } == ["waiting", "finished", "waiting"])
        }
    }

    @Test("The answer of a finished task is told again from the journal, and nothing is sent twice")
    func answers() async throws {
        let calls = Mutex(0)
        try await withOutside({ _, _ in
            calls.withLock { $0 += 1 }
            return .json(["paid": 1])
        }) { (url, _) async throws in
            try await withBench(Self.settings) { (bench) async throws in
                let pay: JSON = ["method": "post", "endpoint": .string(url), "body": ["n": 1]]
                let wrong: JSON = ["method": "post", "endpoint": 7]
                try await bench.take([request("e:1", "http", pay), request("e:2", "http", wrong)])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("both end") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 1
                            && bench.sink.all(AgentsV1.TaskFailed.self).count == 1
                    }
                    try await bench.take([inquiry(["e:1"], inOrder: true), inquiry(["e:2"], inOrder: true)])
                    try await eventually("both are told again") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 2
                            && bench.sink.all(AgentsV1.TaskFailed.self).count == 2
                    }
                }
                let (completed, failed) = (
                    try bench.sink.all(AgentsV1.TaskCompleted.self), try bench.sink.all(AgentsV1.TaskFailed.self)
                )
                #expect(completed[0] == completed[1] && failed[0] == failed[1])
                #expect(calls.withLock { $0 } == 1)
                #expect(try await bench.results("e:1") == ["completed"])
            }
        }
    }

    @Test("A lease that nobody can have taken ends, and a task that is held without an incident goes on")
    func leases() async throws {
        try await withBench(Self.settings) { (bench) async throws in
            try await bench.take(["e:1", "e:2", "e:3"].map { request($0, "http", [:]) })
            try await bench.pool.execute(
                """
                UPDATE tasks SET status = 'leased', lease_owner = 'dead/1',
                    due_at = now() + CASE task_id WHEN 'e:1' THEN interval '1 day' ELSE interval '20 s' END
                WHERE task_id <> 'e:3'
                """)
            try await bench.pool.execute("UPDATE tasks SET status = 'held' WHERE task_id = 'e:3'")
            #expect(try await TaskTable.endLongLeases(.seconds(30), on: bench.pool) == 1)
            #expect(try await TaskTable.resumeForgotten(on: bench.pool) == 1)
            let due = try await bench.pool.query("SELECT task_id FROM tasks WHERE due_at <= now() ORDER BY 1")
            #expect(try due.map { try $0.string("task_id") } == ["e:1", "e:3"])
        }
    }

    @Test("What is looked for again and again is found without reading what has ended")
    func history() async throws {
        try await withBench(Self.settings) { (bench) async throws in
            try await bench.take([request("e:1", "http", [:])])
            try await bench.pool.execute(
                """
                INSERT INTO tasks (
                    task_id, execution_id, tenant, attempt, task, function, arguments, status, due_at, message_id,
                    received_at, finished_at)
                SELECT 'old:' || n, execution_id, tenant, attempt, task, function, arguments, 'finished', due_at,
                    message_id, received_at, now() FROM tasks, generate_series(1, 20000) AS n
                """)
            try await bench.pool.execute("UPDATE tasks SET status = 'held' WHERE task_id = 'e:1'")
            try await bench.pool.execute("ANALYZE tasks")
            let read = try await bench.pool.rowsRead(of: "tasks") { pool in
                let ended = try await TaskTable.endLongLeases(.seconds(30), on: pool)
                let backlog = try await TaskTable.backlog(upTo: 10, on: pool)
                let resumed = try await TaskTable.resumeForgotten(on: pool)
                #expect(ended == 0 && backlog.isEmpty && resumed == 1)
            }
            #expect(read < 100)
        }
    }
}
