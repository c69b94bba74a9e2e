import Core
import GatewayDomain
import ObjectStore
import Postgres
import Synchronization

/// Knows the callers by their keys. Remembers a few seconds what the database said, also that a key is unknown.
final class KeyRing: Sendable {
    private struct Entry {
        let caller: Caller?
        let until: Instant
    }

    private static let remembered: Duration = .seconds(5)
    private let pool: PostgresPool
    private let clock: any WallClock
    private let entries = Mutex<[String: Entry]>([:])

    init(pool: PostgresPool, clock: any WallClock) { (self.pool, self.clock) = (pool, clock) }

    func caller(key: String) async throws -> Caller? {
        let (hash, now) = (ContentDigest.hex(of: Array(key.utf8)), clock.now())
        if let entry = entries.withLock({ $0[hash] }), now < entry.until { return entry.caller }
        let caller = try await APIKeyStore.caller(hash: hash, on: pool)
        entries.withLock { entries in
            // Guessed keys must not fill the memory.
            if entries.count >= 10_000 { entries = [:] }
            entries[hash] = Entry(caller: caller, until: now + Self.remembered)
        }
        return caller
    }

    /// Adds the key of the configuration.
    func add(key: String, _ caller: Caller) async throws {
        let hash = ContentDigest.hex(of: Array(key.utf8))
        try await APIKeyStore.put(hash: hash, caller, now: clock.now(), on: pool)
    }
}
