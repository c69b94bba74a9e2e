import IndexerDomain

/// Makes vectors of texts.
protocol Embedder: Sendable {
    /// What is stored beside each vector; vectors of different names are never compared.
    var name: String { get }
    /// As definitions name it.
    var model: String { get }
    /// Whether a call of it costs something.
    var isBought: Bool { get }
    /// Embeds `texts` by one call, which carries `idempotencyKey`. Throws `EmbeddingError` and `CancellationError`.
    func embed(_ texts: [String], idempotencyKey: String?) async throws -> Embedding
}

/// What one call of an embedder gave.
struct Embedding: Sendable, Hashable {
    /// The vectors of the texts, in their order, all of one length.
    var vectors: [[Float]]
    /// Tokens of the texts; 0 when nobody counts.
    var inputTokens = 0
}

extension Embedder {
    /// The vectors of `texts` alone.
    func embed(_ texts: [String]) async throws -> [[Float]] { try await embed(texts, idempotencyKey: nil).vectors }
}

extension HashingEmbedder: Embedder {
    var name: String { Self.title }
    var model: String { Self.title }
    var isBought: Bool { false }

    func embed(_ texts: [String], idempotencyKey: String?) async throws -> Embedding {
        Embedding(vectors: texts.map(embed))
    }
}
