import Core
import Kafka
import Lifecycle
import Postgres

/// Asks Postgres and Kafka now and then whether they are still there.
struct ReadinessUpkeep: Service {
    let pool: PostgresPool
    let kafka: KafkaConfiguration
    let readiness: Readiness
    var interval: Duration = .seconds(3)

    func run(_ shutdown: Shutdown) async throws {
        let admin = KafkaAdmin(kafka, timeout: .seconds(3))
        while !(await shutdown.wait(atMost: interval)) {
            await check("postgres") { try await pool.transaction { _ in } }
            await check("kafka") { _ = try await admin.describe() }
        }
    }

    private func check(_ name: String, _ question: () async throws -> Void) async {
        do {
            try await question()
            readiness.set(name, nil)
        } catch is CancellationError {
        } catch {
            readiness.set(name, "does not answer: \(error)")
        }
    }
}
