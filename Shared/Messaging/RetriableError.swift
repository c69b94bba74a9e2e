import Kafka
import Postgres

/// An error that knows whether the same work, begun anew, may succeed.
public protocol RetriableError: Error {
    /// Whether it may.
    var isRetriable: Bool { get }
}

extension PostgresError: RetriableError {}
extension KafkaError: RetriableError {}

/// Whether `error` is worth another try.
public func isRetriable(_ error: any Error) -> Bool { (error as? any RetriableError)?.isRetriable ?? false }
