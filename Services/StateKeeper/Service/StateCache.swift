import Engine
import Synchronization

/// The states of the executions that were heard of last, so that they need not be folded or read anew with each event.
///
/// An entry is the fold of a history up to a sequence, which never changes: one that is not asked for by its sequence
/// is of no use, and never wrong.
final class StateCache: Sendable {
    private struct Generations {
        var young: [ExecutionKey: Entry] = [:]
        var old: [ExecutionKey: Entry] = [:]
    }

    private struct Entry {
        var sequence: Int64
        var state: ExecutionState
    }

    private let generations = Mutex(Generations())
    private let limit: Int

    /// A cache of about `limit` states, twice as many at most.
    init(limit: Int = 5_000) { self.limit = limit }

    /// The state after the event `sequence`, if it is known, and forgets it.
    func take(_ key: ExecutionKey, at sequence: Int64) -> ExecutionState? {
        generations.withLock { all in
            let entry = all.young.removeValue(forKey: key) ?? all.old.removeValue(forKey: key)
            return entry?.sequence == sequence ? entry?.state : nil
        }
    }

    /// Keeps the state after the event `sequence`.
    func keep(_ state: ExecutionState, of key: ExecutionKey, at sequence: Int64) {
        generations.withLock { all in
            if all.young.count >= limit { (all.old, all.young) = (all.young, [:]) }
            all.young[key] = Entry(sequence: sequence, state: state)
        }
    }
}
