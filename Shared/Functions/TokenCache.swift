import Core
import Synchronization

/// Tokens that are still good, by the policy that they were got with.
final class TokenCache: Sendable {
    private struct Entry {
        var authorization: String
        var expires: Instant
    }

    /// More policies than this at a time are not kept.
    private static let largest = 1000

    private let entries = Mutex<[JSON: Entry]>([:])

    /// The `Authorization` of a policy, if there is a good one.
    func find(_ policy: JSON, at now: Instant) -> String? {
        entries.withLock { entries in
            guard let entry = entries[policy], entry.expires > now else { return nil }
            return entry.authorization
        }
    }

    func keep(_ authorization: String, for policy: JSON, until expires: Instant, now: Instant) {
        entries.withLock { entries in
            if entries.count >= Self.largest { entries = entries.filter { $0.value.expires > now } }
            if entries.count < Self.largest {
                entries[policy] = Entry(authorization: authorization, expires: expires)
            }
        }
    }

    /// The server did not take it.
    func forget(_ policy: JSON) { entries.withLock { $0[policy] = nil } }
}
