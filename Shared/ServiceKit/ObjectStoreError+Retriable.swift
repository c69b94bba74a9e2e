public import Messaging
public import ObjectStore

extension ObjectStoreError: RetriableError {
    /// Whether the same work, begun anew, may succeed.
    public var isRetriable: Bool { isTransient }
}
