import Core
import Messaging

/// The embeddings endpoint gave no vectors.
struct EmbeddingError: RetriableError, CustomStringConvertible {
    /// What it answered or failed with; nothing of the texts.
    let reason: String
    let isRetriable: Bool
    /// Its HTTP status, or that of a gateway that got none.
    var status = 502

    var description: String { "RX0003 \(reason)" }

    /// What it is to an execution that waits for vectors.
    var fault: Fault {
        let standard: Fault.Standard =
            switch status {
            case 401: .authentication
            case 403: .authorization
            default: .communication
            }
        return Fault(standard, status: status, detail: "RX0003: \(reason)")
    }
}
