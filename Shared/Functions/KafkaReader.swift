import Core
import Kafka

/// Reads a topic from a moment on until a subscription has what it wants.
struct KafkaReader {
    let consumer: KafkaConsumer
    let admin: KafkaAdmin
    let start: Instant
    var subscription: Subscription
    private var next: [TopicPartition: Int64] = [:]

    init(consumer: KafkaConsumer, admin: KafkaAdmin, start: Instant, subscription: Subscription) {
        (self.consumer, self.admin, self.start, self.subscription) = (consumer, admin, start, subscription)
    }

    /// Reads until the last message that is wanted, which gives true, or until `end`. Throws `KafkaError`,
    /// `FunctionError` and `CancellationError`.
    mutating func read(until end: Instant, _ clock: any WallClock) async throws -> Bool {
        while true {
            try Task.checkCancellation()
            let left = end - clock.now()
            guard left > .zero else { return false }
            for record in try await consumer.poll(max: 500, wait: min(left, .milliseconds(250))) {
                next[TopicPartition(record.topic, record.partition)] = record.offset + 1
                if try subscription.take(Self.message(record)) { return true }
            }
            for event in await consumer.takeEvents() { try await answer(event) }
        }
    }

    private mutating func answer(_ event: KafkaAssignment) async throws {
        switch event {
        case .assigned(let partitions):
            let new = partitions.filter { next[$0] == nil }
            if !new.isEmpty {
                for (partition, offset) in try await admin.offsets(of: new, since: start) { next[partition] = offset }
            }
            try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, next[$0]) }))
        case .revoked(let partitions), .lost(let partitions): try await consumer.release(partitions)
        case .outOfRange(let partition): try await consumer.seek(partition, to: nil)
        }
    }

    /// `{payload, headers, key?, correlationId?}`
    static func message(_ record: KafkaRecord) -> JSON {
        var message: JSONObject = [:]
        let value = record.value ?? []
        if let json = try? JSON(parsing: value) {
            message["payload"] = json
        } else if let text = String(validating: value, as: UTF8.self) {
            message["payload"] = record.value == nil ? .null : .string(text)
        } else {
            message["payload"] = .string(Base64.text(value))
        }
        var headers = JSONObject()
        for header in record.headers { headers[header.name] = .string(String(decoding: header.value, as: UTF8.self)) }
        message["headers"] = .object(headers)
        if let key = record.key { message["key"] = .string(String(decoding: key, as: UTF8.self)) }
        let named = headers.first {
            ["correlationid", "correlation-id", "correlation_id"].contains($0.key.lowercased())
        }
        if let correlation = named?.value { message["correlationId"] = correlation }
        return .object(message)
    }
}
