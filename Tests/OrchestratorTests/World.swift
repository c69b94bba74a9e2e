import Contracts
import Core
import Kafka
import Messaging
import ProtoWire
import Synchronization
import TestKit

/// Everybody but the orchestrator: sends it messages and sees what it publishes.
final class World: Sendable {
    /// A message as it lay on a topic.
    struct Seen: Sendable, Hashable {
        var topic: Topic
        var key: String
        var id: String
        var type: String
        var tenant: String
        var traceparent: String?
        var body: [UInt8]

        func decode<Message: ProtoMessage>(_: Message.Type) throws -> Message { try Message(protoBytes: body) }
    }

    let prefix: String
    private let producer: KafkaProducer
    private let seen = Mutex<[Seen]>([])
    private let worker = Mutex<(@Sendable (Seen) throws -> [Outgoing])?>(nil)

    /// A message to the orchestrator.
    struct Outgoing: Sendable {
        var topic: Topic
        var key: String
        var id: String
        var type: String
        var body: [UInt8]
        var tenant = "acme"
        var contentType = "application/protobuf"
        /// Attributes besides the usual.
        var attributes: [String: String] = [:]

        init(_ topic: Topic, key: String, id: String, _ message: some ProtoMessage, tenant: String = "acme") {
            (self.topic, self.key, self.id, self.tenant) = (topic, key, id, tenant)
            (type, body) = (Swift.type(of: message).protoName, message.protoBytes())
        }

        init(_ topic: Topic, key: String, id: String, type: String, body: [UInt8]) {
            (self.topic, self.key, self.id, self.type, self.body) = (topic, key, id, type, body)
        }
    }

    init(bootstrap: String, prefix: String) {
        self.prefix = prefix
        producer = KafkaProducer(KafkaConfiguration(bootstrap: bootstrap, clientID: "world"))
    }

    /// Answers every message of a kind from now on, as a service would.
    func answer(_ body: @escaping @Sendable (Seen) throws -> [Outgoing]) { worker.withLock { $0 = body } }

    /// Everything published so far.
    var messages: [Seen] { seen.withLock { $0 } }

    /// The messages of one type so far.
    func all<Message: ProtoMessage>(_ type: Message.Type) throws -> [Message] {
        try messages.filter { $0.type == Message.protoName }.map { try $0.decode(type) }
    }

    /// The events of all executions so far.
    func events() throws -> [OrchestratorV1.ExecutionEvent] {
        try all(OrchestratorV1.ExecutionEvents.self).flatMap(\.events)
    }

    /// The log of an execution, each event once, in order.
    func log(_ executionID: String) throws -> [OrchestratorV1.ExecutionEvent] {
        var bySequence: [Int64: OrchestratorV1.ExecutionEvent] = [:]
        for event in try events() where event.executionID == executionID {
            bySequence[event.sequence] = event
        }
        return bySequence.values.sorted { $0.sequence < $1.sequence }
    }

    func send(_ messages: Outgoing...) async throws { try await send(messages) }

    /// Registers a definition and waits until it is: messages of other keys may overtake it.
    func register(_ yaml: String) async throws {
        let command = try Outgoing.register(yaml, id: "register-\(stableHash(yaml))")
        try await send(command)
        try await eventually("the registration") {
            try all(OrchestratorV1.DefinitionRegistered.self).contains { $0.commandID == command.id }
        }
    }

    func send(_ messages: [Outgoing]) async throws {
        try await producer.send(
            messages.map { message in
                KafkaMessage(
                    topic: prefix + message.topic.rawValue, key: Array(message.key.utf8), value: message.body,
                    headers: [
                        KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", message.id),
                        KafkaHeader("ce_type", message.type), KafkaHeader("ce_source", "world"),
                        KafkaHeader("ce_tenant", message.tenant), KafkaHeader("content-type", message.contentType),
                        KafkaHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                    ] + message.attributes.map { KafkaHeader("ce_" + $0.key, $0.value) })
            })
    }

    /// Reads all topics until cancelled.
    func watch(_ consumer: KafkaConsumer) async throws {
        while !Task.isCancelled {
            let records = try await consumer.poll(max: 500, wait: .milliseconds(50))
            for event in await consumer.takeEvents() {
                switch event {
                case .assigned(let partitions):
                    try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, nil) }))
                case .revoked(let partitions), .lost(let partitions): try await consumer.release(partitions)
                case .outOfRange(let partition): try await consumer.seek(partition, to: nil)
                }
            }
            let new = records.map(read)
            seen.withLock { $0 += new }
            if let worker = worker.withLock({ $0 }) { try await send(new.flatMap { try worker($0) }) }
        }
    }

    func close() async { await producer.close() }

    private func read(_ record: KafkaRecord) -> Seen {
        let topic = Topic(String(record.topic.dropFirst(prefix.count)))
        let event = try? Inbound(
            topic: topic, partition: record.partition, offset: record.offset, key: record.key ?? [],
            value: record.value ?? [], headers: record.headers.map { ($0.name, $0.value) },
            receivedAt: record.timestamp, tenant: "")
        return Seen(
            topic: topic, key: String(decoding: record.key ?? [], as: UTF8.self), id: event?.envelope.id ?? "",
            type: event?.envelope.type ?? "", tenant: event?.envelope.tenant ?? "",
            traceparent: event?.envelope.traceparent ?? "", body: record.value ?? [])
    }
}
