import CKafka
public import Lifecycle
import Synchronization

/// Sends messages: idempotent, acknowledged by all replicas in sync, in order per partition.
///
/// The client is made with the first message. After a fatal error, what was under way fails with `.fatal` or `.purged`
/// and the next call makes a new client. As a service it waits for shutdown, sends what is queued and closes.
public final class KafkaProducer: Service {
    private struct State {
        var client: RDKafkaProducer?
        var isClosed = false
    }

    private let configuration: KafkaConfiguration
    private let blocking: BlockingThread
    private let state = Mutex(State())

    /// A producer; connects to nothing yet.
    public init(_ configuration: KafkaConfiguration) {
        self.configuration = configuration
        blocking = BlockingThread()
    }

    /// How many messages wait for their acknowledgement.
    public var outstanding: Int { state.withLock { $0.client?.outstanding ?? 0 } }

    /// Sends messages and returns when all are acknowledged. Throws, once all are decided, with the positions of those
    /// that are not in `failed`. Messages of one partition keep their order, also across calls made one after the
    /// other.
    public func send(_ messages: [KafkaMessage]) async throws(KafkaError) {
        try await enqueue(messages).wait()
    }

    /// Hands messages to the client, in order, and returns without waiting for the acknowledgements: their `wait` does.
    /// While the client's queue is full, this waits. A message that the client refuses fails in the delivery.
    public func enqueue(_ messages: [KafkaMessage]) async throws(KafkaError) -> KafkaDelivery {
        let client = try current()
        let delivery = KafkaDelivery(count: messages.count)
        for (position, message) in messages.enumerated() {
            while true {
                let opaque = delivery.opaque(position)
                let error = client.enqueue(message, opaque)
                if error == RD_KAFKA_RESP_ERR_NO_ERROR { break }
                if error == RD_KAFKA_RESP_ERR__QUEUE_FULL, !isClosed {
                    delivery.forget()
                    // librdkafka has no signal for room in its queue.
                    do { try await Task.sleep(for: .milliseconds(5)) } catch {
                        for rest in position..<messages.count {
                            delivery.settle(rest, KafkaError(.cancelled, "the task was cancelled"))
                        }
                        return delivery
                    }
                    continue
                }
                KafkaDelivery.settle(opaque, error)
                break
            }
        }
        return delivery
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    private func current() throws(KafkaError) -> RDKafkaProducer {
        let (client, broken) = try state.withLock { state throws(KafkaError) in
            if state.isClosed { throw KafkaError(.closed, "the producer is closed") }
            if let client = state.client, !client.isBroken { return (client, nil as RDKafkaProducer?) }
            let new = try RDKafkaProducer(configuration)
            defer { state.client = new }
            return (new, state.client)
        }
        if let broken { blocking.close(broken, within: .zero) }
        return client
    }

    /// Learns the partitions of topics beforehand: librdkafka looks for those of an unknown topic once a second only,
    /// so the first message to each would wait that long, and whatever is behind it. Throws what `send` would.
    public func prepare(_ topics: [String], within limit: Duration = .seconds(5)) async throws(KafkaError) {
        try await blocking.prepare(try current(), topics, within: limit)
    }

    /// Waits for shutdown, then closes.
    public func run(_ shutdown: Shutdown) async throws {
        await shutdown.wait()
        await close()
    }

    /// Sends what is queued, waiting at most `limit` for the acknowledgements, gives the rest up and closes for good.
    public func close(within limit: Duration = .seconds(5)) async {
        let client = state.withLock { state in
            state.isClosed = true
            defer { state.client = nil }
            return state.client
        }
        if let client { await blocking.closeAndWait(client, within: limit) }
    }
}

/// Preparing and closing a client block, so they happen on a thread for them.
private actor BlockingThread {
    private nonisolated let thread = ThreadExecutor(name: "kafka-blocking")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    deinit { thread.stop() }

    func prepare(_ client: RDKafkaProducer, _ topics: [String], within limit: Duration) throws(KafkaError) {
        let error = client.prepare(topics, within: limit)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error) }
    }

    func closeAndWait(_ client: RDKafkaProducer, within limit: Duration) { client.close(within: limit) }

    /// The one task outside of a `run()`: a broken client is cleared away while its successor already works.
    nonisolated func close(_ client: RDKafkaProducer, within limit: Duration) {
        Task { await closeAndWait(client, within: limit) }
    }
}
