import Core
import Messaging

/// The object store does not answer: the batch waits for it, since a verdict must not depend on an outage.
struct StoreAway: RetriableError, CustomStringConvertible {
    let isRetriable = true
    let description = "the object store does not answer"
}
