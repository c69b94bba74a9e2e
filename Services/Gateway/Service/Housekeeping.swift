import Core
import Lifecycle
import Postgres
import Telemetry

/// Removes what nobody can ask for any more.
struct Housekeeping: Service {
    let pool: PostgresPool
    let clock: any WallClock
    let logger: Logger

    /// Looks every few minutes, until shutdown.
    func run(_ shutdown: Shutdown) async throws {
        while !(await shutdown.wait(atMost: .seconds(300))) {
            let now = clock.now()
            do {
                try await ReplyStore.removeOlder(than: now + .seconds(-3600), on: pool)
                try await IdempotencyStore.removeOlder(than: now + .seconds(-86_400), on: pool)
                try await ExecutionEventStore.removeOlder(than: now + .seconds(-7 * 86_400), on: pool)
            } catch {
                logger.warning("Could not tidy up; it is tried again later", [.error: .string("\(error)")])
            }
        }
    }
}
