import Core
import PolicyGuardDomain
import Synchronization

/// Compiled policies by the digest of their document. Content-addressed, so nothing in it ever goes stale.
final class PolicyCache: Sendable {
    private struct State {
        var held: [String: (policy: CompiledPolicy, used: UInt64)] = [:]
        var uses: UInt64 = 0

        mutating func tick() -> UInt64 {
            uses += 1
            return uses
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// A cache of up to `limit` policies; the one that was not used for longest makes room.
    init(limit: Int) { self.limit = limit }

    /// The policy of `digest`, if it is here.
    func policy(_ digest: String) -> CompiledPolicy? {
        state.withLock { state in
            guard let found = state.held[digest] else { return nil }
            state.held[digest] = (found.policy, state.tick())
            return found.policy
        }
    }

    /// Keeps a policy.
    func keep(_ policy: CompiledPolicy, _ digest: String) {
        state.withLock { state in
            if state.held.count >= limit, let oldest = state.held.min(by: { $0.value.used < $1.value.used }) {
                state.held[oldest.key] = nil
            }
            state.held[digest] = (policy, state.tick())
        }
    }
}
