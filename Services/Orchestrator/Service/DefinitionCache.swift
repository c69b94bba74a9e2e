import Core
import Synchronization
import Workflow

/// Compiled definitions by tenant and version. Versions never change, so nothing in it goes stale.
final class DefinitionCache: Sendable {
    private struct State {
        var held: [DefinitionStore.Key: (definition: CompiledDefinition, used: UInt64)] = [:]
        var uses: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// A cache of up to `limit` definitions; the one that was not used for longest makes room.
    init(limit: Int) { self.limit = limit }

    /// The definition, if it is here.
    func definition(_ key: DefinitionStore.Key) -> CompiledDefinition? {
        state.withLock { state in
            guard let found = state.held[key] else { return nil }
            state.uses += 1
            state.held[key] = (found.definition, state.uses)
            return found.definition
        }
    }

    /// Keeps a definition.
    func keep(_ definition: CompiledDefinition, _ key: DefinitionStore.Key) {
        state.withLock { state in
            if state.held[key] == nil, state.held.count >= limit,
                let oldest = state.held.min(by: { $0.value.used < $1.value.used })
            {
                state.held[oldest.key] = nil
            }
            state.uses += 1
            state.held[key] = (definition, state.uses)
        }
    }
}
