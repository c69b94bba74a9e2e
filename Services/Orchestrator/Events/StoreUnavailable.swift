import Messaging
import ObjectStore

/// The object store cannot be used now. No message is to blame, so the work is tried again until it can.
struct StoreUnavailable: RetriableError, CustomStringConvertible {
    var cause: ObjectStoreError
    var isRetriable: Bool { true }
    var description: String { "the object store cannot be used: \(cause)" }
}
