import Configuration
import DocumentText
import HTTP
import IndexerDomain
public import Lifecycle
public import Postgres
public import ServiceKit

/// The indexer: one reader of commands, one loop for documents, one for queries, one for embeddings.
public enum IndexerService {
    /// Whether an index of vectors is worth its inexactness, the server knows best.
    public static let plans = PostgresConfiguration.Plans.byStatistics

    /// The service's own tables.
    public static let migrations = [
        Migration(resource: "V0001_create_documents", PackageResources.V0001_create_documents_sql),
        Migration(resource: "V0002_create_chunks", PackageResources.V0002_create_chunks_sql),
        Migration(resource: "V0003_create_vector_index", PackageResources.V0003_create_vector_index_sql),
        Migration(resource: "V0004_create_queries", PackageResources.V0004_create_queries_sql),
        Migration(resource: "V0005_create_embeddings", PackageResources.V0005_create_embeddings_sql),
        Migration(
            resource: "V0006_tell_attempts_of_queries", PackageResources.V0006_tell_attempts_of_queries_sql),
    ]

    /// What runs, in the order of starting.
    public static func members(
        _ context: ServiceContext, _ configuration: IndexerConfiguration
    ) -> [ServiceGroup.Member] {
        let (documents, queries, embeddings) = (Wakeup(), Wakeup(), Wakeup())
        let embedder = embedder(context, configuration)
        return [
            .init(
                "documents",
                IndexingLoop(
                    outbox: context.outbox, pool: context.pool, objects: context.objects, documents: DocumentText(),
                    embedder: embedder, chunker: Chunker(), wakeup: documents, clock: context.clock,
                    telemetry: context.telemetry)),
            .init(
                "queries",
                RetrievalLoop(
                    outbox: context.outbox, pool: context.pool, embedder: embedder, wakeup: queries,
                    clock: context.clock, telemetry: context.telemetry)),
            .init(
                "embeddings",
                EmbeddingLoop(
                    outbox: context.outbox, pool: context.pool, claims: ClaimCheck(objects: context.objects),
                    embedders: Embedders(standard: embedder), wakeup: embeddings, clock: context.clock,
                    telemetry: context.telemetry)),
            .init(
                "commands",
                context.processor(
                    for: CommandHandler(documents: documents, queries: queries, embeddings: embeddings))),
        ]
    }

    private static func embedder(_ context: ServiceContext, _ configuration: IndexerConfiguration) -> any Embedder {
        guard let endpoint = configuration.endpoint else { return HashingEmbedder() }
        return RemoteEmbedder(
            client: ResilientClient(context.http), baseURL: endpoint.baseURL, key: endpoint.key?.reveal(),
            model: endpoint.model)
    }
}
