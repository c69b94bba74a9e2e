import Core
import DocumentText
import IndexerDomain
import Lifecycle
import Messaging
import Postgres
import ServiceKit
import Telemetry
import TestKit

@testable import Indexer

/// Runs `body` with the service on real servers.
func withIndexer(
    embedder: any Embedder = HashingEmbedder(), _ body: @escaping @Sendable (ServiceBench) async throws -> Void
) async throws {
    try await withServiceBench(
        "rag-indexer", migrations: IndexerService.migrations, topics: [.knowledgeCommands], answers: [.knowledgeEvents]
    ) { bench, outbox in
        let (documents, queries, embeddings) = (Wakeup(), Wakeup(), Wakeup())
        return [
            .init(
                "documents",
                IndexingLoop(
                    outbox: outbox, pool: bench.pool, objects: bench.objects, documents: DocumentText(),
                    embedder: embedder, chunker: Chunker(), wakeup: documents, clock: SystemClock(),
                    telemetry: .silent)),
            .init(
                "queries",
                RetrievalLoop(
                    outbox: outbox, pool: bench.pool, embedder: embedder, wakeup: queries, clock: SystemClock(),
                    telemetry: .silent)),
            .init(
                "embeddings",
                EmbeddingLoop(
                    outbox: outbox, pool: bench.pool, claims: ClaimCheck(objects: bench.objects),
                    embedders: Embedders(standard: embedder), wakeup: embeddings, clock: SystemClock(),
                    telemetry: .silent)),
            .init(
                "commands",
                bench.processor(
                    CommandHandler(documents: documents, queries: queries, embeddings: embeddings), outbox)),
        ]
    } _: {
        try await body($0)
    }
}
