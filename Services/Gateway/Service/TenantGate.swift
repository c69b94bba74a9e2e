import Core
import GatewayDomain
import Lifecycle
import Synchronization

/// Lets so many in at a time, tenants in turn: see `TenantTurns`.
final class TenantGate: Sendable {
    /// The turn did not come in time.
    struct Overload: Error {}

    /// Held by one who was let in.
    final class Place: Sendable {
        private let gate: TenantGate
        private let tenant: String
        private let isHeld = Atomic(true)

        fileprivate init(_ gate: TenantGate, _ tenant: String) { (self.gate, self.tenant) = (gate, tenant) }

        /// Gives it back; once is enough.
        func leave() {
            guard isHeld.exchange(false, ordering: .relaxed) else { return }
            gate.step { $0.turns.end(tenant) }
        }
    }

    fileprivate struct State {
        var turns: TenantTurns
        var lastID: UInt64 = 0
        var waiters: [UInt64: Pause] = [:]
    }

    private let state: Mutex<State>
    private let patience: Duration?

    /// So many at a time; others wait, for no longer than `patience` if there is one.
    init(places: Int, patience: Duration? = nil, weights: TenantWeights = TenantWeights()) {
        state = Mutex(State(turns: TenantTurns(places: places, weights: weights)))
        self.patience = patience
    }

    /// Waits for the tenant's turn. Throws `Overload` when it does not come in time and `CancellationError` when the
    /// task is cancelled first.
    func enter(_ tenant: String) async throws -> Place {
        let pause = Pause()
        var id: UInt64 = 0
        let begun = step { state in
            state.lastID += 1
            id = state.lastID
            state.waiters[id] = pause
            return state.turns.ask(id, tenant)
        }
        if begun.contains(id) { return Place(self, tenant) }
        if let patience { await pause.wait(atMost: patience) } else { await pause.wait() }
        let isIn = state.withLock { state in
            if state.waiters.removeValue(forKey: id) == nil { return true }
            state.turns.leave(id, tenant)
            return false
        }
        if isIn { return Place(self, tenant) }
        try Task.checkCancellation()
        throw Overload()
    }

    /// Does what a tenant wants when it is its turn; throws as `enter` does.
    func pass<Value>(_ tenant: String, _ body: () async throws -> Value) async throws -> Value {
        let place = try await enter(tenant)
        defer { place.leave() }
        return try await body()
    }

    /// Changes the state and lets those in whose turn has come.
    @discardableResult fileprivate func step(_ change: (inout State) -> [UInt64]) -> [UInt64] {
        let (begun, waiters) = state.withLock { state in
            let begun = change(&state)
            let waiters = begun.map { id in
                guard let waiter = state.waiters.removeValue(forKey: id) else { preconditionFailure("begins once") }
                return waiter
            }
            return (begun, waiters)
        }
        for waiter in waiters { waiter.end() }
        return begun
    }
}
