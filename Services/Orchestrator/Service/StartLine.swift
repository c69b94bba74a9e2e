import Core
import Lifecycle
import Messaging
import OrchestratorDomain
import Postgres
import Synchronization
import Workflow

/// Where starts wait when there are more than one transaction takes, so that one tenant's many do not stand before
/// another's few in the topic's partitions.
final class StartLine: Sendable {
    /// Called when starts wait.
    let work = Wakeup()
    private let state: Mutex<State>

    private struct State {
        var waiting: WaitingTenants
        var pace: StartPace
        var met = TenantsMet()
        /// Whether messages are being taken, and whether any were since starts last came out of the line.
        var isPolling = false
        var hasPolled = true
    }

    /// A line in which tenants take turns by these weights. One transaction takes `limit` starts at most.
    init(limit: Int, weights: TenantWeights) {
        state = Mutex(State(waiting: WaitingTenants(weights: weights), pace: StartPace(most: limit)))
    }

    /// Whether starts may wait that nobody has looked at.
    var hasMore: Bool { state.withLock { !$0.waiting.tenants.isEmpty } }

    /// Whether it is the line's turn. While there are messages they take turns with it: were starts begun as fast as
    /// can be, what becomes of them would wait, and so would the starts of those who have few.
    var isDue: Bool { state.withLock { !$0.isPolling || $0.hasPolled } }

    /// Notes that messages are being taken.
    func pollBegan() { state.withLock { $0.isPolling = true } }

    /// Notes that they have been taken.
    func pollEnded() {
        state.withLock { ($0.isPolling, $0.hasPolled) = (false, true) }
        if hasMore { work.wake() }
    }

    /// Lets the starts among these messages wait, as far as they are too many or others of their tenant wait already;
    /// not those whose execution another of the messages speaks of, and none while one tenant has the place to itself.
    /// Gives the messages that are to be taken now.
    func admit(_ messages: [Incoming], _ transaction: MessageTransaction) async throws -> [Incoming] {
        let spoken = Set(messages.lazy.filter { !$0.isStart }.map(\.executionID))
        let starts = messages.filter { $0.isStart && !spoken.contains($0.executionID) }
        if starts.isEmpty { return messages }
        let wanted = starts.reduce(into: [:]) { $0[$1.envelope.tenant, default: 0] += 1 }
        let counts = state.withLock { state in
            let isShared = state.met.meet(wanted.keys, at: transaction.now)
            if !isShared, state.waiting.isEmpty { return wanted }
            return state.waiting.deal(state.pace.count, toNew: wanted)
        }
        let (now, later) = starts.divided(counts, by: \.envelope.tenant)
        if later.isEmpty { return messages }
        try await WaitingStartStore(connection: transaction.connection).insert(later)
        transaction.afterCommit { self.note(later.map(\.envelope.tenant)) }
        return now + messages.filter { !$0.isStart || spoken.contains($0.executionID) }
    }

    /// Notes that these tenants' starts wait.
    func note(_ tenants: some Sequence<String>) {
        state.withLock { $0.waiting.note(tenants) }
        work.wake()
    }

    /// Whose turns come next.
    func deal() -> [String: Int] {
        state.withLock { state in
            state.hasPolled = false
            return state.waiting.deal(state.pace.count) { _ in Int.max }
        }
    }

    /// Notes what was found for whom turns were dealt to, and how long it took to begin that.
    func note(_ starts: [WaitingStart], of dealt: [String: Int], in time: Duration) {
        let found = starts.reduce(into: [:]) { $0[$1.tenant, default: 0] += 1 }
        state.withLock { state in
            state.waiting.note(found: found, of: dealt)
            state.pace.note(starts.count, in: time)
        }
    }
}

extension Incoming {
    /// Whether it starts an execution.
    var isStart: Bool { if case .start = content { true } else { false } }

    /// The definition that it starts, as it was asked for.
    var definition: DefinitionStore.Key? {
        guard case .start(let reference, _, _) = content else { return nil }
        return DefinitionStore.Key(tenant: envelope.tenant, reference: DefinitionReference(reference))
    }
}
