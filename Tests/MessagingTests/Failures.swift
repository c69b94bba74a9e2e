import Core
import Synchronization

@testable import Messaging

/// Throws a retriable error so many times.
final class Failures: Sendable {
    struct Passing: RetriableError { var isRetriable: Bool { true } }
    private let left: Mutex<Int>

    init(left: Int) { self.left = Mutex(left) }

    func next() throws {
        let fails = left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { throw Passing() }
    }
}

/// Publishes as `Recorder` does, but for number 7 a body that no broker takes.
struct Fattening: BatchHandler {
    var topics: [Topic] { [input] }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        for message in batch {
            var envelope = message.envelope
            envelope.id = "out/\(message.envelope.id)"
            let body = message.envelope.id == "7" ? [UInt8](repeating: 7, count: 17_000_000) : message.body
            transaction.publish(
                Outbound(
                    topic: output, key: message.key, envelope: envelope, contentType: "application/json", body: body))
        }
    }
}
