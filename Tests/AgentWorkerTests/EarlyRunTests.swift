import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Messaging
import Postgres
import TestKit
import Testing

@testable import AgentWorker

@Suite("Tasks that run while their requests are written", .timeLimit(.minutes(5)))
struct EarlyRunTests {
    private func status(_ task: String, _ bench: Bench) async throws -> String? {
        try await bench.pool.query("SELECT status FROM tasks WHERE task_id = \(task)").first?.string("status")
    }

    private func get(_ id: String, _ url: String) -> TasksV1.RunTask {
        request(id, "http", ["method": "get", "endpoint": .string(url)])
    }

    @Test("What is read at once is written with its request, failures too, and is never leased")
    func endsWithItsRequest() async throws {
        try await withOutside({ request, _ in
            request.path == "/none" ? HTTPResponse(status: 404) : .json(["ok": true])
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let worker = try bench.worker("w", patience: Patience(most: .seconds(20), wholePoll: .seconds(20)))
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room > 0 }
                    try await bench.take([get("e:1", url), get("e:2", url + "/none")], on: worker.board)
                    #expect(try await status("e:1", bench) == "finished")
                    #expect(try await bench.results("e:2") == ["failed"])
                    #expect(try await bench.pool.query("SELECT FROM tasks WHERE finished_at IS NULL").isEmpty)
                    try await eventually("both are told of") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).map(\.taskID) == ["e:1"]
                            && bench.sink.all(AgentsV1.TaskFailed.self).map(\.taskID) == ["e:2"]
                    }
                    // Again: it is known.
                    try await bench.take([get("e:1", url)], on: worker.board)
                    try await eventually("the places are free") { worker.board.taken == 0 }
                }
                #expect(asked.all.count == 2)
            }
        }
    }

    @Test("What takes longer goes on under its lease, and is told once")
    func goesOn() async throws {
        let release = Shutdown()
        try await withOutside({ _, _ in
            await release.wait()
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room > 0 }
                    try await bench.take([get("e:1", url)], on: worker.board)
                    #expect(try await status("e:1", bench) == "leased")
                    release.request()
                    try await eventually("it is told of") { try bench.sink.all(AgentsV1.TaskCompleted.self).count == 1 }
                    #expect(try await status("e:1", bench) == "finished")
                }
                #expect(asked.all.count == 1)
            }
        }
    }

    @Test("What may do something is sent only when its request is durable")
    func waitsForItsRequest() async throws {
        try await withBench { (bench) async throws in
            let pool = bench.pool
            try await withOutside({ _, _ in
                let rows = try? await pool.query("SELECT FROM tasks WHERE status = 'leased'")
                return .json(.integer(Int64(rows?.count ?? -1)))
            }) { (url, _) async throws in
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room > 0 }
                    let call = ["method": "post", "endpoint": .string(url), "body": 1] as JSON
                    try await bench.take([request("e:1", "http", call)], on: worker.board)
                    try await eventually("it is told of") { try bench.sink.all(AgentsV1.TaskCompleted.self).count == 1 }
                }
                #expect(try bench.sink.all(AgentsV1.TaskCompleted.self).first?.output?.json() == 1)
            }
        }
    }

    @Test("A transaction that fails leaves nothing of them; then they are run again")
    func comesToNothing() async throws {
        let release = Shutdown()
        try await withOutside({ request, _ in
            if request.path == "/slow" { await release.wait() }
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room > 0 }
                    let room = worker.board.room
                    let tasks = [get("e:1", url), get("e:2", url + "/slow")]
                    await #expect(throws: Undone.self) {
                        try await bench.take(tasks, on: worker.board) {
                            try await eventually("both are sent") { asked.all.count == 2 }
                            throw Undone()
                        }
                    }
                    #expect(try await bench.pool.query("SELECT FROM tasks").isEmpty)
                    release.request()
                    try await eventually("the places are free") { worker.board.room == room }
                    try await bench.take(tasks, on: worker.board)
                    try await eventually("both are told of") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 2
                    }
                }
                #expect(try bench.sink.all(AgentsV1.TaskCompleted.self).count == 2)
                #expect(asked.all.count == 4)
            }
        }
    }

    private struct Undone: Error {}
}
