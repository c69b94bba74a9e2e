import Kafka
import Postgres

/// What the stack has used so far.
struct Usage: Sendable {
    /// CPU time by process; nil without a run folder.
    var cpu: CPUTimes?
    var postgres: ServerCounters
    /// In all topics of the product.
    var messages: Int64

    static func read(_ stage: Stage) async throws -> Usage {
        let pool = PostgresPool(PostgresConfiguration(url: stage.places.postgres, maximum: 1))
        let postgres = try await ServerCounters.read(on: pool)
        await pool.close()
        return Usage(
            cpu: stage.options.run.map { CPUTimes.read(run: $0) }, postgres: postgres,
            messages: try await messages(stage))
    }

    static func - (after: Usage, before: Usage) -> Usage {
        var cpu: CPUTimes?
        if let late = after.cpu, let early = before.cpu { cpu = late - early }
        return Usage(cpu: cpu, postgres: after.postgres - before.postgres, messages: after.messages - before.messages)
    }

    /// What lies before a group that has read nothing.
    private static func messages(_ stage: Stage) async throws -> Int64 {
        let admin = KafkaAdmin(KafkaConfiguration(bootstrap: stage.places.kafka, clientID: "cadenza-bench"))
        let partitions = try await admin.describe().filter { $0.key.hasPrefix(stage.places.topicPrefix) }
            .flatMap { topic, count in (0..<count).map { TopicPartition(topic, Int32($0)) } }
        return try await admin.lag(group: "bench-none-\(stage.tag)", partitions).values.reduce(0, +)
    }
}
