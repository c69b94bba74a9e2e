import Messaging

/// The embeddings endpoint gave no vectors.
struct EmbeddingError: RetriableError, CustomStringConvertible {
    /// What it answered or failed with; nothing of the texts.
    let reason: String
    let isRetriable: Bool

    var description: String { "RX0003 \(reason)" }
}
