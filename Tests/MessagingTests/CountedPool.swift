import Lifecycle
import Synchronization

@testable import Postgres

/// Gives `body` a pool whose trips to the server are counted.
func withCountedPool(
    _ configuration: PostgresConfiguration, _ body: (PostgresPool, Trips) async throws -> Void
) async throws {
    let (trips, thread) = (Trips(), ThreadExecutor(name: "counted"))
    let sessions = PostgresSessions(on: thread) { configuration throws(PostgresError) in
        CountedSession(try PostgresLink(configuration), trips)
    }
    let pool = PostgresPool(configuration, sessions: sessions)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(pool, trips)) } catch { outcome = .failure(error) }
    await pool.close()
    thread.stop()
    try outcome.get()
}

/// How often the server was gone to.
final class Trips: Sendable {
    let count = Atomic(0)
}

/// A session that notes each trip.
final class CountedSession: PostgresSession {
    private let link: PostgresLink
    private let trips: Trips

    init(_ link: PostgresLink, _ trips: Trips) { (self.link, self.trips) = (link, trips) }

    var isAlive: Bool { link.isAlive }
    var isSilent: Bool { link.isSilent }
    var isIdle: Bool { link.isIdle }
    func makeCancelHandle() -> OpaquePointer? { link.makeCancelHandle() }

    func run(_ script: String) throws(PostgresError) -> PostgresResult {
        trips.count.add(1, ordering: .relaxed)
        return try link.run(script)
    }

    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult {
        trips.count.add(1, ordering: .relaxed)
        return try link.run(sql)
    }

    func run(
        all statements: [SQL], noting note: (Int, PostgresResult) -> Void
    ) throws(PostgresError) -> PostgresResult {
        trips.count.add(1, ordering: .relaxed)
        return try link.run(all: statements, noting: note)
    }
}
