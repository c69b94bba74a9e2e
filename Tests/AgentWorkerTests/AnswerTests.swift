import Contracts
import Core
import Postgres
import TestKit
import Testing

@testable import AgentWorker

@Suite("Answers of the index", .timeLimit(.minutes(5)))
struct AnswerTests {
    @Test("An answer to an earlier attempt's question does not end a later attempt")
    func attempts() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([
                request("e:1", "retrieve:1.0.0", ["index": "i", "query": "q"], attempt: 2),
                request("e:2", "retrieve:1.0.0", ["index": "i", "query": "q"], attempt: 2),
            ])
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("they ask") {
                    try bench.sink.all(KnowledgeV1.RetrievePassages.self).map(\.attempt) == [2, 2]
                }
                func answer(_ attempt: Int32) -> KnowledgeV1.PassagesRetrieved {
                    KnowledgeV1.PassagesRetrieved(queryID: "e:1", executionID: "e", index: "i", attempt: attempt)
                }
                func refusal(_ attempt: Int32) -> KnowledgeV1.RetrievalFailed {
                    KnowledgeV1.RetrievalFailed(queryID: "e:2", executionID: "e", attempt: attempt)
                }
                try await bench.take([answer(1), refusal(1)])
                #expect(try await bench.results("e:1") == [])
                #expect(try await bench.results("e:2") == [])
                try await bench.take([answer(2), refusal(2)])
                #expect(try await bench.results("e:1") == ["completed"])
                #expect(try await bench.results("e:2") == ["failed"])
            }
        }
    }

    @Test("A fault is written also when there is a NUL in its texts")
    func faults() async throws {
        try await withBench { (bench) async throws in
            try await bench.take([request("e:1", "embed:1.0.0", ["texts": ["a"]])])
            let fault = Fault(type: "a\u{0}", status: 500, title: "b\u{0}", detail: "c\u{0}")
            try await bench.take([
                KnowledgeV1.EmbeddingFailed(
                    requestID: "e:1", executionID: "e", attempt: 1, fault: CoreV1.Fault(fault))
            ])
            #expect(try await bench.results("e:1") == ["failed"])
        }
    }

    @Test("Tasks that are to ask again do not count as waiting: nothing would be read, and so no answer")
    func backlog() async throws {
        try await withBench { (bench) async throws in
            try await bench.take((1...3).map { request("e:\($0)", "retrieve:1.0.0", [:]) })
            #expect(try await TaskTable.backlog(upTo: 10, on: bench.pool) == ["acme": 3])
            try await bench.pool.execute("UPDATE tasks SET status = 'suspended' WHERE task_id = 'e:1'")
            try await bench.pool.execute(
                "UPDATE tasks SET status = 'leased', lease_owner = 'dead' WHERE task_id = 'e:2'")
            #expect(try await TaskTable.backlog(upTo: 10, on: bench.pool) == ["acme": 2])
        }
    }
}
