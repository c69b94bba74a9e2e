import IndexerDomain

/// The embedders that a request may name.
struct Embedders: Sendable {
    /// What documents and queries are embedded by, and requests that name no model.
    let standard: any Embedder

    /// The embedder of a model; nil when there is none. An endpoint is asked for whatever model is named.
    func named(_ model: String) -> (any Embedder)? {
        if model.isEmpty || model == standard.model { return standard }
        if model == HashingEmbedder.title { return HashingEmbedder() }
        guard var remote = standard as? RemoteEmbedder else { return nil }
        remote.model = model
        return remote
    }
}
