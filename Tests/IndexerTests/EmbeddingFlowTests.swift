import Contracts
import Core
import HTTP
import IndexerDomain
import Messaging
import ObjectStore
import Postgres
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Indexer

/// Vectors for executions, on real servers and a stand-in for an OpenAI-compatible endpoint.
@Suite(.timeLimit(.minutes(5))) struct EmbeddingFlowTests {
    private static func ask(
        _ texts: JSON, id: String = "e:1", attempt: Int32 = 1, model: String = "", on bench: ServiceBench
    ) async throws {
        let payload = try await ClaimCheck(objects: bench.objects).payload(texts)
        try await bench.peer.send(
            KnowledgeV1.EmbedTexts(
                requestID: id, executionID: "e", attempt: attempt, texts: payload, model: model),
            to: .knowledgeCommands, key: id, id: "\(id)/\(attempt)/embed")
    }

    private static func answer(
        _ attempt: Int32 = 1, id: String = "e:1", on bench: ServiceBench
    ) async throws -> (message: KnowledgeV1.TextsEmbedded, answer: JSON) {
        let messages = try await bench.peer.wait(KnowledgeV1.TextsEmbedded.self) {
            $0.requestID == id && $0.attempt == attempt
        }
        return (messages[0], try await ClaimCheck(objects: bench.objects).value(messages[0].answer))
    }

    /// Vectors of two numbers: the text's length, and 0.1.
    @Sendable private static func embeddings(_ request: HTTPRequest) -> HTTPResponse {
        guard let body = try? JSON(parsing: request.body), let texts = body["input"]?.array else {
            return HTTPResponse(status: 400)
        }
        // In the reverse order: the index counts, not the place.
        let data = texts.enumerated().reversed().map { index, text -> JSON in
            [
                "index": .integer(Int64(index)),
                "embedding": [.integer(Int64(text.string?.count ?? 0)), 0.1],
            ]
        }
        return .json(["data": .array(data), "usage": ["prompt_tokens": .integer(Int64(texts.count * 3))]])
    }

    private static func remote(_ url: String) -> RemoteEmbedder {
        var policy = ResilientClient.Policy()
        policy.retry = RetryPolicy(limit: 0)
        return RemoteEmbedder(
            client: ResilientClient(HTTPClient(), policy: policy), baseURL: url, key: "k", model: "small")
    }

    @Test func theBuiltInEmbedderAnswersAtNoCostAndABigAnswerIsAClaimCheck() async throws {
        try await withIndexer { bench in
            try await bench.running {
                let texts = (0..<70).map { "Water damage number \($0)" } + ["Water damage number 0"]
                try await Self.ask(.array(texts.map(JSON.string)), on: bench)
                try await Self.ask(["x"], id: "e:2", model: "another", on: bench)
                let (message, answer) = try await Self.answer(on: bench)
                let vectors = try #require(answer["vectors"]?.array)
                #expect(vectors.count == 71 && vectors[0] == vectors[70] && vectors[0] != vectors[1])
                #expect(answer["model"] == "cadenza-hashing-384" && answer["dimensions"] == 384)
                #expect(vectors.allSatisfy { $0.array?.count == 384 })
                #expect(message.answer?.blob != nil && message.usage?.modelCalls == 0)
                let failed = try await bench.peer.wait(KnowledgeV1.EmbeddingFailed.self)
                #expect(failed[0].fault?.type == Fault.Standard.configuration.type)
                #expect(failed[0].fault?.detail.hasPrefix("RX0004") == true)
            }
        }
    }

    @Test func anEndpointIsAskedPartByPartAndUsageIsToldAndASecondAttemptBuysNothing() async throws {
        try await withOutside({ request, _ in Self.embeddings(request) }) { url, asked in
            let texts = JSON.array((1...70).map { .string(String(repeating: "x", count: $0)) })
            try await withIndexer(embedder: Self.remote(url)) { bench in
                try await bench.running {
                    try await Self.ask(texts, on: bench)
                    let (message, answer) = try await Self.answer(on: bench)
                    #expect(answer["vectors"]?.array == (1...70).map { [.integer($0), 0.1] })
                    #expect(answer["model"] == "small" && answer["dimensions"] == 2)
                    #expect(answer["usage"]?["inputTokens"] == 210)
                    #expect(message.usage?.inputTokens == 210 && message.usage?.modelCalls == 2)
                    try await Self.ask(texts, attempt: 2, on: bench)
                    #expect(try await Self.answer(2, on: bench).answer == answer)
                    #expect(asked.all.count == 2)
                    // Other texts are another matter.
                    try await Self.ask(["new"], attempt: 3, model: "large", on: bench)
                    #expect(try await Self.answer(3, on: bench).answer["model"] == "large")
                }
            }
            let bodies = try asked.all.map { try JSON(parsing: $0.body) }
            #expect(bodies.map { $0["input"]?.array?.count } == [64, 6, 1])
            #expect(bodies.map { $0["model"] } == ["small", "small", "large"])
            let keys = asked.all.compactMap { $0.headers["idempotency-key"] }
            #expect(keys.map { $0.prefix(12) } == ["e:1/embed/1/", "e:1/embed/2/", "e:1/embed/1/"])
            #expect(Set(keys).count == 3)
            #expect(asked.all[0].headers["authorization"] == "Bearer k")
        }
    }

    @Test func whatWasBoughtBeforeACrashIsNotBoughtAgain() async throws {
        // The second call waits until its process is gone.
        let arrived = Mutex(false)
        try await withOutside({ request, number in
            if number == 2 {
                arrived.withLock { $0 = true }
                return HTTPResponse(status: 500)
            }
            return Self.embeddings(request)
        }) { url, asked in
            try await withIndexer(embedder: Self.remote(url)) { bench in
                let texts = JSON.array((1...70).map { .string("text \($0)") })
                try await Self.ask(texts, on: bench)
                try await bench.running(crash: true) {
                    try await eventually("the second part is asked for") { arrived.withLock { $0 } }
                }
                // As if it had died before it could say so, and its lease had run out.
                try await bench.pool.execute(
                    "UPDATE embeddings SET status = 'pending', not_before = '-infinity', attempts = 1")
                try await bench.running {
                    let (message, answer) = try await Self.answer(on: bench)
                    #expect(answer["vectors"]?.array?.count == 70)
                    #expect(message.usage?.modelCalls == 2)
                }
                #expect(asked.all.count == 3)
            }
        }
    }

    @Test(arguments: [
        (401, Fault.Standard.authentication), (403, .authorization), (404, .communication), (503, .communication),
    ])
    func aRefusalOfTheEndpointIsATypedFaultWithItsStatus(status: Int, standard: Fault.Standard) async throws {
        try await withOutside({ _, _ in HTTPResponse(status: status) }) { url, _ in
            try await withIndexer(embedder: Self.remote(url)) { bench in
                try await bench.running {
                    try await Self.ask(["secret words"], on: bench)
                    let fault = try await bench.peer.wait(KnowledgeV1.EmbeddingFailed.self)[0].fault
                    #expect(fault?.type == standard.type && fault?.status == Int32(status))
                    #expect(fault?.detail.contains("secret words") == false)
                }
            }
        }
    }
}
