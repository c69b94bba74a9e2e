import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Postgres
import TestKit
import Testing

@testable import AgentWorker

@Suite("Tasks under leases", .timeLimit(.minutes(5)))
struct LeaseTests {
    @Test("A task runs once and its end is told, however often it is asked for")
    func completes() async throws {
        try await withOutside({ _, _ in .json(["ok": true]) }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let run = request("e:1", "http", ["method": "post", "endpoint": .string(url), "body": ["a": 1]])
                try await bench.take([run, run])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                try await bench.take([run])
                let completed = try bench.sink.all(AgentsV1.TaskCompleted.self)
                #expect(completed.count == 1)
                #expect(try completed.first?.output?.json() == ["ok": true])
                #expect(try bench.sink.all(AgentsV1.TaskStarted.self).isEmpty)
                #expect(asked.all.map { $0.headers["idempotency-key"] } == ["e:1"])
                #expect(try await bench.results("e:1") == ["completed"])
            }
        }
    }

    @Test("Who comes back under a name does not wait for the leases that it had; those of others stay")
    func takesBack() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, _) async throws in
            try await withBench { (bench) async throws in
                let call = ["method": "get", "endpoint": .string(url)] as JSON
                for (task, owner) in [("e:1", "w@1/1"), ("e:2", "w-2@1/1")] {
                    try await bench.take([request(task, "http", call)])
                    _ = try await bench.pool.withConnection {
                        try await TaskTable.claim(["acme": 1], owner: owner, lease: .seconds(3600), on: $0)
                    }
                }
                try await bench.running([try bench.worker("w@2", after: "w@").workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                #expect(try await bench.results("e:1") == ["completed"])
                let rows = try await bench.pool.query("SELECT task_id FROM tasks WHERE status = 'leased'")
                #expect(try rows.map { try $0.string("task_id") } == ["e:2"])
            }
        }
    }

    @Test("A task that takes its time is announced as started, once")
    func announces() async throws {
        let release = Shutdown()
        try await withOutside({ _, _ in
            await release.wait()
            return .json(1)
        }) { (url, _) async throws in
            let settings = ["CADENZA_WORKER_ANNOUNCEMENT": "10ms", "CADENZA_WORKER_LEASE": "60ms"]
            try await withBench(settings) { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "get", "endpoint": .string(url)])])
                let expiry: SQL = "SELECT due_at::text AS due FROM tasks WHERE status = 'leased'"
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it is announced") {
                        try bench.sink.all(AgentsV1.TaskStarted.self).map(\.worker) == ["w"]
                    }
                    let first = try await bench.pool.query(expiry).first?.string("due")
                    try await eventually("its lease is renewed") {
                        let due = try await bench.pool.query(expiry).first?.string("due")
                        return due != nil && due != first
                    }
                    release.request()
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                #expect(try bench.sink.all(AgentsV1.TaskStarted.self).count == 1)
            }
        }
    }

    @Test("A task is announced no sooner than is set, also when its lease is renewed often")
    func announcesLate() async throws {
        let release = Shutdown()
        try await withOutside({ _, _ in
            await release.wait()
            return .json(1)
        }) { (url, _) async throws in
            let settings = ["CADENZA_WORKER_ANNOUNCEMENT": "1h", "CADENZA_WORKER_LEASE": "60ms"]
            try await withBench(settings) { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "get", "endpoint": .string(url)])])
                try await bench.running([try bench.worker("w").workers]) {
                    var expiries: Set<String> = []
                    try await eventually("its lease is renewed twice") {
                        let rows = try await bench.pool.query(
                            "SELECT due_at::text AS due FROM tasks WHERE status = 'leased'")
                        try rows.forEach { expiries.insert(try $0.string("due")) }
                        return expiries.count > 3
                    }
                    release.request()
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                #expect(try bench.sink.all(AgentsV1.TaskStarted.self).isEmpty)
            }
        }
    }

    @Test("The message that began an attempt does not stop it; a later one, or calling it off, does")
    func attempts() async throws {
        try await withBench { (bench) async throws in
            let (board, run) = (TaskBoard(), { request("e:1", "http", [:], attempt: $0) })
            let (second, first) = (board.begin("e:1", attempt: 2), TaskBoard())
            let old = first.begin("e:1", attempt: 1)
            try await bench.take([run(2)], on: board)
            #expect(!second.isRequested)
            try await bench.take([run(3)], on: first)
            #expect(old.isRequested)
            let third = first.begin("e:1", attempt: 3)
            try await bench.take([TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 2)], on: first)
            #expect(!third.isRequested)
            try await bench.take([TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 3)], on: first)
            #expect(third.isRequested)
        }
    }

    @Test("No more tasks are claimed than were asked for, whatever the plan")
    func claims() async throws {
        try await withBench { (bench) async throws in
            try await bench.take((1...9).map { request("e:\($0)", "http", [:]) })
            let claimed = try await bench.pool.transaction { connection in
                for way in ["hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"] {
                    try await connection.execute(SQL(unsafe: "SET LOCAL enable_\(way) = off"))
                }
                return try await TaskTable.claim(["acme": 2], owner: "w/1", lease: .seconds(9), on: connection)
            }
            #expect(claimed.count == 2)
        }
    }

    @Test("Many workers share the work and no task runs twice")
    func shares() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench(["CADENZA_WORKER_CONCURRENCY": "5"]) { (bench) async throws in
                let runs = (1...60).map { request("e:\($0)", "http", ["method": "get", "endpoint": .string(url)]) }
                try await bench.take(runs)
                let workers = try (1...3).map { try bench.worker("w\($0)").workers }
                try await bench.running(workers) {
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 60
                    }
                }
                #expect(asked.all.count == 60)
            }
        }
    }

    @Test("A worker with room gets tasks with their requests; the others wait in the table until it has")
    func handsOver() async throws {
        let release = Shutdown()
        try await withOutside({ _, number in
            if number <= 5 { await release.wait() }
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench(["CADENZA_WORKER_CONCURRENCY": "5"]) { (bench) async throws in
                let worker = try bench.worker("w")
                let runs = (1...12).map { request("e:\($0)", "http", ["method": "get", "endpoint": .string(url)]) }
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room == 5 }
                    try await bench.take(runs, on: worker.board)
                    let rows = try await bench.pool.query("SELECT lease_owner FROM tasks WHERE status = 'leased'")
                    #expect(
                        try rows.map { try $0.string("lease_owner").prefix(7) } == Array(repeating: "intake/", count: 5)
                    )
                    try await eventually("five are under way") { asked.all.count == 5 }
                    #expect(worker.board.room == 0)
                    release.request()
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 12
                    }
                }
                #expect(asked.all.count == 12)
                #expect(worker.board.taken == 0)
            }
        }
    }

    @Test("A task that is called off together with its request is never run")
    func calledOffAtOnce() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let worker = try bench.worker("w")
                let runs = (1...2).map { request("e:\($0)", "http", ["method": "get", "endpoint": .string(url)]) }
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room > 0 }
                    let cancel = TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 1)
                    try await bench.take(runs + [cancel], on: worker.board)
                    try await eventually("the other completes") {
                        try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty
                    }
                }
                #expect(asked.all.count == 1)
                let rows = try await bench.pool.query("SELECT status FROM tasks ORDER BY task_id")
                #expect(try rows.map { try $0.string("status") } == ["cancelled", "finished"])
            }
        }
    }

    @Test("A task that is called off after it was handed over and before it began sends nothing, not even a read")
    func calledOffBeforeItBegan() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let (board, workers) = try bench.worker("w")
                board.capacity = 1
                try await bench.take(
                    [request("e:1", "http", ["method": "get", "endpoint": .string(url)])], on: board)
                try await bench.take([TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 1)], on: board)
                let handed = try #require(board.takeHanded().first)
                await workers.process(handed)
                board.finish(handed)
                #expect(asked.all.isEmpty)
                #expect(board.taken == 0)
            }
        }
    }

    @Test("A batch that is taken in parts leases no more than the workers have room for")
    func takesInParts() async throws {
        let release = Shutdown()
        try await withOutside({ _, _ in
            await release.wait()
            return .json(1)
        }) { (url, _) async throws in
            try await withBench(["CADENZA_WORKER_CONCURRENCY": "3"]) { (bench) async throws in
                let worker = try bench.worker("w")
                let runs = (1...8).map { request("e:\($0)", "http", ["method": "get", "endpoint": .string(url)]) }
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room == 3 }
                    try await bench.take(runs, on: worker.board, parts: 4)
                    let rows = try await bench.pool.query("SELECT FROM tasks WHERE status = 'leased'")
                    #expect(rows.count == 3)
                    #expect(worker.board.taken == 3)
                    release.request()
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 8
                    }
                }
                #expect(worker.board.taken == 0)
            }
        }
    }

    @Test("Places that are not filled are free again, also when the transaction fails")
    func placesComeBack() {
        let board = TaskBoard()
        func reserve() -> TaskBoard.Places { board.reserve(forNew: ["acme": 4]) }
        #expect(reserve().counts == [:])
        board.capacity = 5
        do {
            let places = reserve()
            #expect((places.counts, reserve().counts) == (["acme": 4], ["acme": 1]))
            #expect(board.room == 1)
        }
        #expect(board.room == 5)
        let places = reserve()
        board.capacity = 0
        places.fill(with: [])
        #expect(board.taken == 0)
    }

    @Test("An expired lease is taken over; the zombie's result changes nothing")
    func zombie() async throws {
        let release = Shutdown()
        try await withOutside({ _, number in
            if number == 1 { await release.wait() }
            return .json(["number": .integer(Int64(number))])
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "put", "endpoint": .string(url)])])
                let zombie = try bench.worker("zombie").workers
                let leased = try #require(
                    try await bench.pool.transaction {
                        try await TaskTable.claim(["acme": 1], owner: "zombie/1", lease: .milliseconds(1), on: $0).first
                    })
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let end = Shutdown()
                    group.addTask { try await zombie.ledger.run(end) }
                    group.addTask {
                        await zombie.process(.init(task: leased, cancel: Shutdown()))
                        end.request()
                    }
                    try await eventually("the zombie is under way") { asked.all.count == 1 }
                    try await bench.running([try bench.worker("heir").workers]) {
                        try await eventually("the heir ends it") {
                            try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty
                        }
                        release.request()
                        try await group.waitForAll()
                    }
                }
                let completed = try bench.sink.all(AgentsV1.TaskCompleted.self)
                #expect(try completed.map { try $0.output?.json() } == [["number": 2]])
                #expect(try await bench.results("e:1") == ["completed"])
            }
        }
    }

    @Test("A task that is called off stops at once and publishes no result")
    func cancels() async throws {
        let never = Shutdown()
        try await withOutside({ _, _ in
            await never.wait()
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                let worker = try bench.worker("w")
                try await bench.take([request("e:1", "http", ["method": "get", "endpoint": .string(url)])])
                try await bench.running([worker.workers]) {
                    try await eventually("it is under way") { asked.all.count == 1 }
                    try await bench.take(
                        [TasksV1.CancelTask(taskID: "e:1", executionID: "e", attempt: 1)], on: worker.board)
                }
                #expect(try bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty)
                let rows = try await bench.pool.query("SELECT status FROM tasks")
                #expect(try rows.first?.string("status") == "cancelled")
            }
        }
        never.request()
    }

    @Test("A stopping worker gives its leases back, so that others need not wait for them to expire")
    func givesBack() async throws {
        let never = Shutdown()
        try await withOutside({ _, _ in
            await never.wait()
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench { (bench) async throws in
                try await bench.take([request("e:1", "http", ["method": "get", "endpoint": .string(url)])])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it is under way") { asked.all.count == 1 }
                }
                let rows = try await bench.pool.query("SELECT status FROM tasks")
                #expect(try rows.first?.string("status") == "waiting")
            }
        }
        never.request()
    }

    @Test("Unknown functions and wrong arguments fail with a code, and a later attempt begins anew")
    func failures() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([request("e:1", "embed:9.9.9", [:]), request("e:2", "http", ["method": "get"])])
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("both fail") { try bench.sink.all(AgentsV1.TaskFailed.self).count == 2 }
                try await bench.take([request("e:2", "http", ["method": "get"], attempt: 2)])
                try await eventually("it fails again") { try bench.sink.all(AgentsV1.TaskFailed.self).count == 3 }
            }
            let failed = try bench.sink.all(AgentsV1.TaskFailed.self)
            #expect(Set(failed.compactMap { $0.fault?.detail.prefix(6) }) == ["FN0001", "AW0002"])
            #expect(failed.last?.attempt == 2)
            #expect(failed.last?.fault?.instance == "/do/0/x")
        }
    }
}
