import AgentWorkerDomain
import Contracts
import Core
import Expressions
import HTTP
import Lifecycle
import ObjectStore
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import AgentWorker

@Suite("What workers do", .timeLimit(.minutes(5)))
struct FunctionTests {
    private let schema: JSON = ["type": "object", "required": ["n"], "properties": ["n": ["type": "number"]]]

    @Test("An agent reads its documents, is objected to, and answers; every turn is published and journalled")
    func agent() async throws {
        try await withOutside({ _, number in completion(number == 1 ? "no idea" : #"{"n":3}"#) }) {
            (url, asked) async throws in
            try await withBench(["CADENZA_LLM_BASE_URL": url + "/v1"]) { (bench) async throws in
                let digest = try await bench.objects.scoped(to: "acme").put(
                    Array("Three apples.".utf8), contentType: "text/plain")
                let arguments: JSON = [
                    "agent": ["instructions": "Count."], "goal": "How many?", "outputSchema": schema,
                    "documents": [["digest": .string(digest), "contentType": "text/plain", "name": "a.txt"]],
                ]
                try await bench.take([request("e:1", "agent:1.0.0", arguments)])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                let done = try #require(try bench.sink.all(AgentsV1.TaskCompleted.self).first)
                #expect(try done.output?.json()["answer"] == ["n": 3])
                #expect(done.usage?.modelCalls == 2)
                #expect(done.usage?.inputTokens == 14)
                #expect(try bench.sink.all(AgentsV1.TurnRecorded.self).map(\.turn) == [1, 2])
                #expect(asked.all.map { $0.headers["idempotency-key"] } == ["e:1/turn/1", "e:1/turn/2"])
                #expect(String(decoding: asked.all[0].body, as: UTF8.self).contains("Document a.txt:\\nThree apples."))
            }
        }
    }

    @Test("A document of another tenant is not read, nor what others keep in the store, whoever knows the digest")
    func strangersDocument() async throws {
        try await withOutside({ _, _ in completion("read") }) { (url, asked) async throws in
            try await withBench(["CADENZA_LLM_BASE_URL": url + "/v1"]) { (bench) async throws in
                for (number, place) in [bench.objects.scoped(to: "other"), bench.objects].enumerated() {
                    let digest = try await place.put(Array("Secret \(number).".utf8), contentType: "text/plain")
                    try await bench.take([
                        request("e:\(number)", "agent:1.0.0", ["goal": "Read.", "documents": [.string(digest)]])
                    ])
                }
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("they fail") { try bench.sink.all(AgentsV1.TaskFailed.self).count == 2 }
                }
                let details = try bench.sink.all(AgentsV1.TaskFailed.self).compactMap { $0.fault?.detail.prefix(6) }
                #expect(details == ["AW0007", "AW0007"])
                #expect(asked.all.isEmpty)
            }
        }
    }

    @Test("An agent may be told a secret, which is in no message and no output")
    func told() async throws {
        try await withOutside({ _, _ in completion("it is s3cretvalue") }) { (url, asked) async throws in
            let environment = ["CADENZA_LLM_BASE_URL": url + "/v1", "CADENZA_SECRET_API_KEY": "s3cretvalue"]
            try await withBench(environment) { (bench) async throws in
                let deferred = DeferredExpressions(
                    secrets: ["api-key"],
                    places: [.init(JSONPointer(["prompt"]), #""The key is " + $secrets["api-key"]"#)])
                var run = request("e:1", "llm:1.0.0", ["prompt": nil])
                run.deferred = CoreV1.Payload(json: deferred.json)
                try await bench.take([run])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                #expect(String(decoding: asked.all[0].body, as: UTF8.self).contains("The key is s3cretvalue"))
                let done = try #require(try bench.sink.all(AgentsV1.TaskCompleted.self).first)
                #expect(try done.output?.json()["answer"] == "it is ***")
                let turn = try #require(try bench.sink.all(AgentsV1.TurnRecorded.self).first)
                #expect(try turn.request?.json().text().contains("The key is ***") == true)
                #expect(try turn.response?.json() == "it is ***")
            }
        }
    }

    @Test("After a crash between turns, answers that were received are not bought again")
    func journal() async throws {
        try await withOutside({ _, number in completion(number == 1 ? "no idea" : #"{"n":3}"#) }) {
            (url, asked) async throws in
            try await withBench(["CADENZA_LLM_BASE_URL": url + "/v1"]) { (bench) async throws in
                let arguments: JSON = ["prompt": "How many?", "outputSchema": schema, "budget": ["turns": 1]]
                try await bench.take([request("e:1", "llm:1.0.0", arguments)])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("attempt 1 fails") { try !bench.sink.all(AgentsV1.TaskFailed.self).isEmpty }
                    // As if the worker had died after the turn and before the result.
                    try await bench.pool.execute("DELETE FROM results")
                    try await bench.pool.execute("UPDATE tasks SET status = 'waiting', due_at = now()")
                    try await eventually("it ends again") { try await bench.results("e:1") == ["failed"] }
                    #expect(asked.all.count == 1)
                    try await bench.take([request("e:1", "llm:1.0.0", arguments, attempt: 2)])
                    try await eventually("attempt 2 goes on") {
                        try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty
                    }
                }
                #expect(asked.all.map { $0.headers["idempotency-key"] } == ["e:1/turn/1", "e:1/turn/2"])
            }
        }
    }

    @Test("A deferred expression is evaluated beside the secret, which reaches the server and no table or message")
    func secrets() async throws {
        try await withOutside({ _, _ in .json(1) }) { (url, asked) async throws in
            try await withBench(["CADENZA_SECRET_API_KEY": "s3cretvalue"]) { (bench) async throws in
                let arguments: JSON = [
                    "method": "post", "endpoint": .string(url), "output": "response", "headers": ["x-key": nil],
                ]
                let deferred = DeferredExpressions(
                    input: ["who": "ann"], secrets: ["api-key"],
                    places: [.init(JSONPointer(["headers", "x-key"]), #".who + ":" + $secrets["api-key"]"#)])
                var run = request("e:1", "http", arguments)
                run.deferred = CoreV1.Payload(json: deferred.json)
                try await bench.take([run])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
                }
                #expect(asked.all.first?.headers["x-key"] == "ann:s3cretvalue")
                let output = try #require(try bench.sink.all(AgentsV1.TaskCompleted.self).first?.output?.json())
                #expect(output["request"]?["headers"]?["x-key"] == "ann:***")
                let rows = try await bench.pool.query(
                    """
                    SELECT (SELECT string_agg(t::text, '') FROM tasks t)
                        || (SELECT string_agg(convert_from(body, 'UTF8'), '') FROM effects) AS everything
                    """)
                #expect(try !rows[0].string("everything").contains("s3cretvalue"))
            }
        }
    }

    @Test("A status outside 2xx is a communication fault with the status; nobody listening is 502")
    func statuses() async throws {
        try await withOutside({ _, _ in HTTPResponse(status: 418) }) { (url, _) async throws in
            try await withBench { (bench) async throws in
                let nowhere = "http://127.0.0.1:\(try freePort())"
                try await bench.take([
                    request("e:1", "http", ["method": "get", "endpoint": .string(url)]),
                    request("e:2", "http", ["method": "get", "endpoint": .string(nowhere)]),
                ])
                try await bench.running([try bench.worker("w").workers]) {
                    try await eventually("both fail") { try bench.sink.all(AgentsV1.TaskFailed.self).count == 2 }
                }
                let failed = try bench.sink.all(AgentsV1.TaskFailed.self).sorted { $0.taskID < $1.taskID }
                #expect(failed.map { $0.fault?.status } == [418, 502])
                #expect(failed.allSatisfy { $0.fault?.type == Fault.Standard.communication.type })
            }
        }
    }

    @Test("A retrieval is published, its task suspended, and the answer completes it once")
    func retrieves() async throws {
        try await withBench { (bench) async throws in
            let arguments: JSON = ["index": "i", "query": "q", "filter": ["region": "uk"], "topK": 4]
            try await bench.take([request("e:1", "retrieve:1.0.0", arguments)])
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("it asks") { try !bench.sink.all(KnowledgeV1.RetrievePassages.self).isEmpty }
                let query = try #require(try bench.sink.all(KnowledgeV1.RetrievePassages.self).first)
                #expect(query.queryID == "e:1")
                #expect(query.filter == ["region": "uk"])
                #expect(query.limit == 4)
                let answer = KnowledgeV1.PassagesRetrieved(
                    queryID: "e:1", executionID: "e", index: "i",
                    passages: [KnowledgeV1.Passage(id: "d#1", documentID: "d", text: "t", score: 0.5)])
                try await bench.take([answer, answer])
                try await bench.take([answer])
                try await eventually("it completes") { try !bench.sink.all(AgentsV1.TaskCompleted.self).isEmpty }
            }
            let completed = try bench.sink.all(AgentsV1.TaskCompleted.self)
            #expect(completed.count == 1)
            #expect(try completed.first?.output?.json()["passages"]?[0]?["documentId"] == "d")
        }
    }

    @Test("Vectors are asked of the index; the answer's payload and usage are the task's, of this attempt only")
    func embeds() async throws {
        try await withBench { (bench) async throws in
            let texts: JSON = ["a", .string(String(repeating: "b", count: 70_000))]
            try await bench.take([
                request("e:1", "embed:1.0.0", ["texts": texts, "model": "m"], attempt: 2),
                request("e:2", "embed:1.0.0@default", ["texts": ["a"]]),
                request("e:3", "embed:1.0.0", ["texts": [1]]),
            ])
            try await bench.running([try bench.worker("w").workers]) {
                try await eventually("they ask") { try bench.sink.all(KnowledgeV1.EmbedTexts.self).count == 2 }
                let asked = try bench.sink.all(KnowledgeV1.EmbedTexts.self).sorted { $0.requestID < $1.requestID }
                #expect(asked[0].attempt == 2 && asked[0].model == "m" && asked[1].model == "")
                #expect(asked[0].texts?.blob != nil)
                #expect(try await ClaimCheck(objects: bench.objects).value(asked[0].texts) == texts)
                let blob = CoreV1.Blob(digest: String(repeating: "0", count: 64), sizeBytes: 9)
                let usage = CoreV1.Usage(inputTokens: 5, modelCalls: 1)
                func answer(_ attempt: Int32) -> KnowledgeV1.TextsEmbedded {
                    KnowledgeV1.TextsEmbedded(
                        requestID: "e:1", executionID: "e", attempt: attempt, answer: CoreV1.Payload(blob: blob),
                        usage: usage)
                }
                try await bench.take([answer(1)])
                #expect(try await bench.results("e:1").isEmpty)
                let refusal = KnowledgeV1.EmbeddingFailed(
                    requestID: "e:2", executionID: "e", attempt: 1,
                    fault: CoreV1.Fault(Fault(.authentication, detail: "RX0003: no")), usage: usage)
                try await bench.take([answer(2), answer(2), refusal])
                try await bench.take([answer(2)])
                try await eventually("all end") { try bench.sink.all(AgentsV1.TaskFailed.self).count == 2 }
            }
            let completed = try bench.sink.all(AgentsV1.TaskCompleted.self)
            #expect(completed.count == 1)
            #expect(completed.first?.output?.blob?.sizeBytes == 9)
            #expect(completed.first?.usage?.inputTokens == 5 && completed.first?.usage?.modelCalls == 1)
            let failed = try bench.sink.all(AgentsV1.TaskFailed.self).sorted { $0.taskID < $1.taskID }
            #expect(
                failed.map { $0.fault?.type } == [
                    Fault.Standard.authentication.type, Fault.Standard.validation.type,
                ])
            #expect(failed[0].usage?.modelCalls == 1)
        }
    }
}
