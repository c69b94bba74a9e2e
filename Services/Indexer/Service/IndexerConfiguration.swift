public import Configuration

/// What can be set about the indexer.
public struct IndexerConfiguration: Sendable {
    /// An embeddings endpoint, or nil for the built-in embedder.
    struct Endpoint: Sendable {
        var baseURL: String
        var key: Secret?
        var model: String
    }

    let endpoint: Endpoint?

    /// Reads the settings.
    public init(_ reader: inout ConfigurationReader) {
        let base = reader.optionalString(
            "CADENZA_EMBEDDINGS_BASE_URL", help: "OpenAI-compatible endpoint; without it the built-in embedder is used."
        )
        let key = reader.optionalSecret("CADENZA_EMBEDDINGS_API_KEY", help: "The endpoint's key.")
        let model = reader.string(
            "CADENZA_EMBEDDINGS_MODEL", default: "text-embedding-3-small", help: "The endpoint's model.")
        endpoint = base.map {
            Endpoint(baseURL: $0.hasSuffix("/") ? String($0.dropLast()) : $0, key: key, model: model)
        }
    }
}
