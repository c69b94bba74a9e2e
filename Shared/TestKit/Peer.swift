public import Core
public import Messaging
public import ProtoWire
import Synchronization

/// Another service, played by a test: it sends messages and keeps what it is told, each once.
public final class Peer: BatchHandler {
    /// The topics that it reads.
    public let topics: [Topic]
    /// The trace that its messages are part of.
    public static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private let clock: any WallClock
    private let outbox = Mutex<Outbox?>(nil)
    private let received = Mutex<[Inbound]>([])

    /// A peer that reads `topics`.
    public init(reading topics: [Topic], clock: any WallClock = SystemClock()) {
        (self.topics, self.clock) = (topics, clock)
    }

    func use(_ outbox: Outbox) { self.outbox.withLock { $0 = outbox } }

    /// Keeps all of it.
    public func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        transaction.afterCommit { self.received.withLock { $0 += batch } }
    }

    /// Publishes a message of a schema, on behalf of the run `run`.
    public func send(
        _ message: some ProtoMessage, to topic: Topic, key: String, id: String, tenant: String = "demo"
    ) async throws {
        try await publish(Outbound(topic: topic, key: key, envelope: envelope(id, tenant), message: message))
    }

    /// Publishes bytes under a type that they are not of.
    public func send(garbage: [UInt8], type: String, to topic: Topic, key: String) async throws {
        var envelope = envelope("garbage", "demo")
        envelope.type = type
        try await publish(
            Outbound(topic: topic, key: key, envelope: envelope, contentType: "application/protobuf", body: garbage))
    }

    private func envelope(_ id: String, _ tenant: String) -> Envelope {
        Envelope(
            id: id, type: "", source: "cadenza/peer", time: clock.now(), tenant: tenant, correlationID: "run",
            traceparent: Self.traceparent)
    }

    private func publish(_ message: Outbound) async throws {
        guard let outbox = outbox.withLock({ $0 }) else { throw TestFailure("the peer does not run") }
        try await outbox.transaction { $0.publish(message) }
    }

    /// All messages of a kind so far, in the order in which they came.
    public func all<Message: ProtoMessage>(_ type: Message.Type) throws -> [Message] {
        try received.withLock { $0 }.filter { $0.isOne(of: type) }.map { try $0.decode(type) }
    }

    /// The ids of all messages of a kind so far.
    public func ids<Message: ProtoMessage>(_ type: Message.Type) -> [String] {
        received.withLock { $0 }.filter { $0.isOne(of: type) }.map(\.envelope.id)
    }

    /// Waits until there are `count` messages of a kind that `condition` admits, and gives them.
    @discardableResult
    public func wait<Message: ProtoMessage>(
        for count: Int = 1, _ type: Message.Type, where condition: (Message) -> Bool = { _ in true }
    ) async throws -> [Message] {
        try await eventually("\(count) of \(type)") { try all(type).filter(condition).count >= count }
        return try all(type).filter(condition)
    }
}
