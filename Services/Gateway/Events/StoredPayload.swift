import Contracts
import Core

/// A payload as a row keeps it: `{"value": …}` or `{"blob": {"digest": …}}`.
enum StoredPayload {
    /// Nil when there is none, or when what there is cannot be read.
    static func json(_ payload: CoreV1.Payload?) -> JSON? {
        guard let payload else { return nil }
        if let blob = payload.blob {
            return [
                "blob": [
                    "digest": .string(blob.digest), "sizeBytes": .integer(blob.sizeBytes),
                    "contentType": .string(blob.contentType),
                ]
            ]
        }
        guard let value = try? payload.json() else { return nil }
        return ["value": value]
    }

    /// The digest, when the value lies in the object store.
    static func digest(_ stored: JSON?) -> String? { stored?["blob"]?["digest"]?.string }
}
