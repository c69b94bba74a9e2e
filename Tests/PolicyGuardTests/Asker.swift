import Contracts
import Core
import Messaging
import ProtoWire
import Synchronization
import TestKit

/// A service that sends commands to policy and keeps the answers, each once.
final class Asker: BatchHandler {
    let topics: [Topic] = [.policyEvents, .policies, .deadLetters]
    private let clock: ManualClock
    private let outbox = Mutex<Outbox?>(nil)
    private let received = Mutex<[Inbound]>([])

    init(clock: ManualClock) { self.clock = clock }

    func use(_ outbox: Outbox) { self.outbox.withLock { $0 = outbox } }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        transaction.afterCommit { self.received.withLock { $0 += batch } }
    }

    /// Publishes a command, in the trace and on behalf of a run.
    func send(_ message: some ProtoMessage, key: String, id: String, tenant: String = "t") async throws {
        try await publish(
            Outbound(topic: .policyCommands, key: key, envelope: envelope(id, tenant), message: message))
    }

    /// Publishes bytes under a type.
    func send(garbage: [UInt8], type: String, key: String) async throws {
        var envelope = envelope("garbage", "t")
        envelope.type = type
        try await publish(
            Outbound(
                topic: .policyCommands, key: key, envelope: envelope, contentType: "application/protobuf",
                body: garbage))
    }

    /// All answers of a kind so far, in the order in which they came.
    func all<Message: ProtoMessage>(_ type: Message.Type) throws -> [Message] {
        try received.withLock { $0 }.filter { $0.isOne(of: type) }.map { try $0.decode(type) }
    }

    /// The ids of all answers of a kind so far.
    func ids<Message: ProtoMessage>(_ type: Message.Type) -> [String] {
        received.withLock { $0 }.filter { $0.isOne(of: type) }.map(\.envelope.id)
    }

    /// Waits until there are `count` answers of a kind that `condition` admits, and gives them.
    @discardableResult
    func wait<Message: ProtoMessage>(
        for count: Int = 1, _ type: Message.Type, where condition: (Message) -> Bool = { _ in true }
    ) async throws -> [Message] {
        try await eventually("\(count) of \(type)") { try all(type).filter(condition).count >= count }
        return try all(type).filter(condition)
    }

    private func envelope(_ id: String, _ tenant: String) -> Envelope {
        Envelope(
            id: id, type: "", source: "cadenza/asker", time: clock.now(), tenant: tenant, correlationID: "run",
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    }

    private func publish(_ message: Outbound) async throws {
        guard let outbox = outbox.withLock({ $0 }) else { throw TestFailure("the asker has no outbox") }
        try await outbox.transaction { $0.publish(message) }
    }
}
