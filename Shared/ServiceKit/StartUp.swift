import Core
import Kafka
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Waits, with growing pauses and a line each, until what the service stands on is there.
struct StartUp: Sendable {
    let readiness: Readiness
    let logger: Logger
    var backoff = RetryPolicy(base: .milliseconds(200), cap: .seconds(5))

    /// Waits for the database and migrates it. False when shutdown came first; throws when the migrations are refused.
    func database(_ pool: PostgresPool, _ program: ServiceProgram, _ shutdown: Shutdown) async throws -> Bool {
        try await keepTrying("postgres", "SK0002", shutdown) {
            let messaging = Migrator(schema: program.schema, set: "messaging", migrations: MessagingMigrations.all)
            let own = Migrator(schema: program.schema, migrations: program.migrations)
            for applied in try await messaging.run(on: pool) + own.run(on: pool) {
                logger.notice("Migrated", [.migration: .string(applied), .schema: .string(program.schema)])
            }
        } isHopeless: { error in
            // A wrong password or a missing database may be put right while we wait; a wrong program cannot.
            let hopeless: [PostgresError.Code] = [.migration, .configuration, .statement]
            return (error as? PostgresError).map { hopeless.contains($0.code) } ?? true
        }
    }

    /// Waits for the brokers and makes the topics that do not exist. False when shutdown came first.
    func topics(
        _ kafka: KafkaConfiguration, _ topics: [TopicSpecification], _ shutdown: Shutdown
    ) async throws -> Bool {
        let admin = KafkaAdmin(kafka, timeout: .seconds(5))
        return try await keepTrying("kafka", "SK0003", shutdown) {
            try await admin.createTopics(topics)
        } isHopeless: { error in
            (error as? KafkaError)?.code == .configuration
        }
    }

    private func keepTrying(
        _ name: String, _ code: ErrorCode, _ shutdown: Shutdown, _ work: @escaping @Sendable () async throws -> Void,
        isHopeless: (any Error) -> Bool
    ) async throws -> Bool {
        var tries = 0
        readiness.set(name, "not reached yet")
        while true {
            do {
                guard
                    try await shutdown.cancelling({
                        try await work(); return true
                    }) != nil
                else { return false }
                readiness.set(name, nil)
                return true
            } catch {
                if isHopeless(error) { throw error }
                tries += 1
                let pause = backoff.delay(retry: tries, draw: 1) ?? backoff.cap
                readiness.set(name, "not reached yet: \(error)")
                logger.warning(
                    "Waiting for \(name)",
                    [
                        .code: .string(code.rawValue), .error: .string("\(error)"),
                        .backoff: .integer(pause.wholeMilliseconds),
                    ])
                if await shutdown.wait(atMost: pause) { return false }
            }
        }
    }
}
