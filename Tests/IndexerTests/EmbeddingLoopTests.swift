import Contracts
import Core
import HTTP
import IndexerDomain
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import ProtoWire
import ServiceKit
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Indexer

/// How requests for vectors end that cannot be answered, or not now.
@Suite(.timeLimit(.minutes(5))) struct EmbeddingLoopTests {
    private static func request(_ texts: CoreV1.Payload) -> EmbeddingTable.Pending {
        EmbeddingTable.Pending(
            tenant: "demo", id: "e:1", execution: "e", attempt: 1, texts: texts.protoBytes(), model: "",
            origin: MessageOrigin(messageID: "m", correlationID: "e"), attempts: 0)
    }

    private static func store(_ request: EmbeddingTable.Pending, claims: Int = 0, _ pool: PostgresPool) async throws {
        try await pool.withConnection {
            try await EmbeddingTable.insert([request], now: SystemClock().now(), on: $0)
            try await $0.execute("UPDATE embeddings SET attempts = \(claims)")
        }
    }

    @Test func textsThatAreGoneAreAFault() async throws {
        try await withIndexer { bench in
            let blob = CoreV1.Blob(digest: String(repeating: "0", count: 64), sizeBytes: 9)
            try await Self.store(Self.request(CoreV1.Payload(blob: blob)), bench.pool)
            try await bench.running {
                let failed = try await bench.peer.wait(KnowledgeV1.EmbeddingFailed.self)
                #expect(failed[0].fault?.detail.hasPrefix("RX0004: texts: OB0003") == true)
            }
        }
    }

    @Test func aRequestIsGivenUpAfterFiftyClaims() async throws {
        try await withIndexer { bench in
            try await Self.store(Self.request(CoreV1.Payload(json: ["a"])), claims: 50, bench.pool)
            try await bench.running {
                let failed = try await bench.peer.wait(KnowledgeV1.EmbeddingFailed.self)
                #expect(failed[0].fault?.detail.hasPrefix("RX0005") == true)
            }
        }
    }

    @Test func aStopBetweenPartsGivesTheClaimBack() async throws {
        let shutdown = Shutdown()
        try await withIndexer { bench in
            let texts = JSON.array((0..<70).map { .string("\($0)") })
            try await Self.store(Self.request(CoreV1.Payload(json: texts)), bench.pool)
            let outbox = Outbox(
                settings: MessagingSettings(service: "rag-indexer"), pool: bench.pool, producer: NoSink(),
                telemetry: .silent)
            let embedder = StoppingEmbedder(shutdown: shutdown)
            try await EmbeddingLoop(
                outbox: outbox, pool: bench.pool, claims: ClaimCheck(objects: bench.objects),
                embedders: Embedders(standard: embedder), wakeup: Wakeup(), clock: SystemClock(), telemetry: .silent
            ).run(shutdown)
            let rows = try await bench.pool.query(
                "SELECT attempts, not_before = '-infinity' AS due, status FROM embeddings")
            #expect(try rows[0].int("attempts") == 0 && rows[0].bool("due"))
            #expect(try rows[0].string("status") == "pending")
            let parts = try await bench.pool.query("SELECT number FROM embedding_parts")
            #expect(try parts.map { try $0.int("number") } == [0])
        }
    }

    @Test func aSlowPieceOfWorkKeepsNoOtherWaiting() async throws {
        let (last, shutdown) = (Shutdown(), Shutdown())
        let pieces = Mutex(Array(1...5))
        let done = Mutex<[Int]>([])
        await RollingWork(width: 2, wakeup: Wakeup()).run(until: shutdown) { room in
            pieces.withLock { pieces in
                defer { pieces.removeFirst(min(room, pieces.count)) }
                return Array(pieces.prefix(room))
            }
        } work: { piece in
            if piece == 1 { await last.wait() }
            done.withLock { $0.append(piece) }
            if piece == 5 { last.request() }
            if piece == 1 { shutdown.request() }
        }
        #expect(done.withLock { $0 } == [2, 3, 4, 5, 1])
    }
}

/// Requests a stop with its first call.
private struct StoppingEmbedder: Embedder {
    let shutdown: Shutdown
    var name: String { "stopping" }
    var model: String { "stopping" }
    var isBought: Bool { true }

    func embed(_ texts: [String], idempotencyKey: String?) async throws -> Embedding {
        shutdown.request()
        return Embedding(vectors: texts.map { _ in [1] })
    }
}

/// Takes nothing.
private struct NoSink: MessageSink {
    func send(_ messages: [KafkaMessage]) async throws {}
}
