import Messaging

/// Another process started an execution of the same id at the same moment. Tried again, it is seen and nothing happens.
struct ContendedStart: RetriableError {
    var isRetriable: Bool { true }
}
