import Engine
import OrchestratorDomain
import Synchronization

/// What the auditor has proved, so that an execution whose rows stand as they did is not read again.
final class AuditMemory: Sendable {
    private struct Entry {
        /// Of the sequence and of what the tables held.
        var fingerprint: Int
        var children: [ExecutionState.AwaitedChild]
        var round: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var round = 0
    }

    private let state = Mutex(State())

    /// What a proved execution waits for, of its like; nil when it is not proved as it stands.
    func children(of head: AuditStore.Head, _ found: Lifelines) -> [ExecutionState.AwaitedChild]? {
        state.withLock { state in
            guard let entry = state.entries[head.id], entry.fingerprint == Self.fingerprint(head, found) else {
                return nil
            }
            state.entries[head.id]!.round = state.round
            return entry.children
        }
    }

    /// Notes that an execution has all that it goes on by.
    func keep(_ head: AuditStore.Head, _ found: Lifelines, _ children: [ExecutionState.AwaitedChild]) {
        state.withLock { state in
            state.entries[head.id] = Entry(
                fingerprint: Self.fingerprint(head, found), children: children, round: state.round)
        }
    }

    /// Called at the beginning of a round: forgets what nobody has come across for a while.
    func begin() {
        state.withLock { state in
            state.round += 1
            let round = state.round
            state.entries = state.entries.filter { $0.value.round >= round - 3 }
        }
    }

    private static func fingerprint(_ head: AuditStore.Head, _ found: Lifelines) -> Int {
        var hasher = Hasher()
        hasher.combine(head)
        hasher.combine(found)
        return hasher.finalize()
    }
}
