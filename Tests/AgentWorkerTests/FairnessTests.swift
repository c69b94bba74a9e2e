import AgentWorkerDomain
import Contracts
import Core
import HTTP
import Lifecycle
import Postgres
import TestKit
import Testing

@testable import AgentWorker

@Suite("Tenants in turn", .timeLimit(.minutes(5)))
struct FairnessTests {
    private func requests(_ tenant: String, _ count: Int, _ url: String) -> [TasksV1.RunTask] {
        // Of one poll the ids tell the order.
        (100..<100 + count).map {
            request("\(tenant):\($0)", "http", ["method": "get", "endpoint": .string(url + "/\(tenant)/\($0)")])
        }
    }

    private func order(_ asked: Asked) -> [String] {
        asked.all.map { $0.path.split(separator: "/").joined(separator: ":") }
    }

    @Test("A single task begins within a few, though another tenant's sixty came before it")
    func passesAFlood() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench(["CADENZA_WORKER_CONCURRENCY": "4"]) { (bench) async throws in
                try await bench.take(requests("flood", 60, url), tenant: "flood")
                try await bench.take(requests("single", 1, url), tenant: "single")
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 61
                    }
                }
                let place = try #require(order(asked).firstIndex(of: "single:100"))
                #expect(place < 8)
                // Within a tenant, who came first is first, as far as several at once have an order.
                let flood = order(asked).compactMap { $0.hasPrefix("flood:") ? Int($0.dropFirst(6)) : nil }
                #expect(flood.count == 60)
                #expect(flood.enumerated().allSatisfy { abs($0.offset + 100 - $0.element) < 8 })
            }
        }
    }

    @Test("A poll brings what there are places for, and all that there is while several tenants ask")
    func readsOn() {
        let board = TaskBoard()
        board.capacity = 32
        func at(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }
        board.meet(["a", "a"], at: at(1))
        #expect(board.demand == 30)
        board.meet(["b"], at: at(2))
        #expect(board.demand == .max)
        board.meet(["b"], at: at(40))
        #expect(board.demand == 30)
    }

    @Test("A tenant whose tasks never end does not keep another's from beginning")
    func keepsPlaces() async throws {
        let release = Shutdown()
        try await withOutside({ request, _ in
            if request.path.hasPrefix("/slow") { await release.wait() }
            return .json(1)
        }) { (url, asked) async throws in
            try await withBench(["CADENZA_WORKER_CONCURRENCY": "16"]) { (bench) async throws in
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("it has room") { worker.board.room == 16 }
                    try await bench.take(requests("slow", 40, url), on: worker.board, tenant: "slow")
                    try await eventually("fifteen are under way") { asked.all.count == 15 }
                    try await bench.take(requests("quick", 3, url), on: worker.board, tenant: "quick")
                    try await eventually("the others' complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 3
                    }
                    #expect(order(asked).count { $0.hasPrefix("slow") } == 15)
                    release.request()
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 43
                    }
                }
            }
        }
    }

    @Test("Places go by weight while several tenants wait")
    func weighs() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            let settings = ["CADENZA_WORKER_CONCURRENCY": "1", "CADENZA_TENANT_WEIGHTS": "heavy=3"]
            try await withBench(settings) { (bench) async throws in
                try await bench.take(requests("heavy", 12, url), tenant: "heavy")
                try await bench.take(requests("light", 4, url), tenant: "light")
                let worker = try bench.worker("w")
                try await bench.running([worker.workers]) {
                    try await eventually("all complete") {
                        try bench.sink.all(AgentsV1.TaskCompleted.self).count == 16
                    }
                }
                #expect(order(asked).prefix(8).count { $0.hasPrefix("heavy") } == 6)
            }
        }
    }
}
