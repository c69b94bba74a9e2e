import Core
import Lifecycle
import Messaging
import Postgres

/// Reads executions; those that are asked for at the same time share one trip to the database.
struct ExecutionReads: Service {
    private static let largestBatch = 64

    private let combiner: Combiner<String, ExecutionStore.Used?>

    /// Reads nothing before `run`.
    init(pool: PostgresPool) {
        combiner = Combiner(limit: Self.largestBatch, isShared: isRetriable) {
            ids in
            let found = try await pool.withConnection { try await ExecutionStore.used(Set(ids).sorted(), on: $0) }
            return ids.map { found[$0] }
        }
    }

    /// Carries out what is asked for until shutdown.
    func run(_ shutdown: Shutdown) async throws { try await combiner.run(shutdown) }

    /// An execution of the tenant, if there is such.
    func find(_ id: String, tenant: String) async throws -> ExecutionStore.Used? {
        let found = try await combiner.ask(id)
        return found?.row.tenant == tenant ? found : nil
    }
}
