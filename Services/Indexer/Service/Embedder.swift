import IndexerDomain

/// Makes vectors of texts.
protocol Embedder: Sendable {
    /// What is stored beside each vector; vectors of different names are never compared.
    var name: String { get }
    /// The vectors of `texts`, in their order, all of one length. Throws `EmbeddingError`.
    func embed(_ texts: [String]) async throws -> [[Float]]
}

extension HashingEmbedder: Embedder {
    var name: String { Self.title }

    func embed(_ texts: [String]) async throws -> [[Float]] { texts.map(embed) }
}
