import Core
import GatewayDomain
import Synchronization

/// Lets writes to the database in, tenants in turn: see `WriteTurns`.
final class WriteGate: Sendable {
    private struct State {
        var turns: WriteTurns
        var lastID: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state: Mutex<State>

    /// So many writes at a time.
    init(places: Int, weights: TenantWeights = TenantWeights()) {
        state = Mutex(State(turns: WriteTurns(places: places, weights: weights)))
    }

    /// Does a tenant's write when it is its turn. Who is cancelled waits for its turn all the same: it comes soon.
    func write<Value>(_ tenant: String, _ body: () async throws -> Value) async throws -> Value {
        await withCheckedContinuation { continuation in
            step { state in
                state.lastID += 1
                state.waiters[state.lastID] = continuation
                return state.turns.ask(state.lastID, tenant)
            }
        }
        defer { step { $0.turns.end(tenant) } }
        return try await body()
    }

    private func step(_ change: (inout State) -> [UInt64]) {
        let begun = state.withLock { state in
            change(&state).map { id in
                guard let waiter = state.waiters.removeValue(forKey: id) else { preconditionFailure("begins once") }
                return waiter
            }
        }
        for waiter in begun { waiter.resume() }
    }
}
