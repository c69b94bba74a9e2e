import Glibc
public import Kafka
import Synchronization

/// Runs `body` with topics of its own: their names are a unique prefix and `names`. Deleted afterwards.
public func withTestTopics<Value>(
    _ names: [String], partitions: Int = 4,
    _ body: (_ prefix: String, _ kafka: KafkaConfiguration) async throws -> Value
) async throws -> Value {
    let kafka = KafkaConfiguration(bootstrap: try await TestServers.shared.kafkaBootstrap())
    let prefix = "t\(getpid())-\(serial.add(1, ordering: .relaxed).newValue)-\(UInt16.random(in: 0 ... .max))."
    let admin = KafkaAdmin(kafka)
    try await admin.createTopics(names.map { TopicSpecification(prefix + $0, partitions: partitions) })
    do {
        let value = try await body(prefix, kafka)
        try? await admin.deleteTopics(names.map { prefix + $0 })
        return value
    } catch {
        try? await admin.deleteTopics(names.map { prefix + $0 })
        throw error
    }
}

private let serial = Atomic(0)
