import Core
import Lifecycle
import Postgres
import SimulatedPostgres
import Synchronization

/// Gathers the statements that the services' own stores run, with their binds.
final class Recorder: Sendable {
    private let seen = Mutex<[SQL]>([])

    var statements: [SQL] { seen.withLock { $0 } }

    /// Runs `body` with a pool over an empty simulated database.
    func record(_ migrations: [Migration], _ body: (PostgresPool) async throws -> Void) async throws {
        let server = SimulatedPostgres(now: { moment(0) })
        try server.migrate(migrations)
        let executor = ThreadExecutor(name: "simulation")
        let inner = server.sessions(of: "recorder", on: executor)
        let sessions = PostgresSessions(on: executor) { configuration throws(PostgresError) in
            RecordingSession(try inner.open(configuration), self)
        }
        let pool = PostgresPool(PostgresConfiguration(url: "simulated"), sessions: sessions)
        try await body(pool)
        await pool.close()
        executor.stop()
    }

    fileprivate func note(_ sql: SQL) { seen.withLock { $0.append(sql) } }
}

private final class RecordingSession: PostgresSession {
    private let inner: any PostgresSession
    private let recorder: Recorder

    init(_ inner: any PostgresSession, _ recorder: Recorder) { (self.inner, self.recorder) = (inner, recorder) }

    var isAlive: Bool { inner.isAlive }
    var isIdle: Bool { inner.isIdle }
    func makeCancelHandle() -> OpaquePointer? { nil }
    func run(_ script: String) throws(PostgresError) -> PostgresResult { try inner.run(script) }

    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult {
        let isWork = !["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].contains(sql.text.prefix { $0.isLetter })
        if isWork { recorder.note(sql) }
        return try inner.run(sql)
    }
}

/// A moment, so many milliseconds after some beginning.
func moment(_ milliseconds: Int64) -> Instant { Instant(microseconds: 1_790_000_000_000_000 + milliseconds * 1000) }
