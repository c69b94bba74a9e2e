import Core
import Kafka
import Lifecycle
import Messaging
import Synchronization

@testable import AgentWorker

/// A place in a task's step where a worker process dies, or stalls until others have gone on without it.
enum Boundary: Sendable, Hashable, CustomStringConvertible {
    case ledger(CrashPoint)
    /// The request has arrived; the server has or has not acted on it, and has not answered.
    case atServer(acted: Bool)
    /// The result is committed; the broker has or has not taken the message, and has not confirmed it.
    case atBroker(taken: Bool)

    static let all: [Boundary] =
        CrashPoint.all.map { .ledger($0) } + [
            .atServer(acted: false), .atServer(acted: true), .atBroker(taken: false), .atBroker(taken: true),
        ]

    /// Where a stalled process keeps nobody else from going on: it holds no locks and no messages.
    static let stalls = all.filter { boundary in
        switch boundary {
        case .ledger(let point): point.moment != .written
        case .atServer: true
        case .atBroker: false
        }
    }

    var description: String {
        switch self {
        case .ledger(let point): "\(point.part.rawValue) \(point.moment.rawValue)"
        case .atServer(let acted): acted ? "server has acted" : "server is asked"
        case .atBroker(let taken): taken ? "broker has taken" : "broker is given"
        }
    }
}

/// Lets one process die or stall when it comes to a boundary for the nth time.
final class Trap: Sendable {
    private struct State {
        var left: Int
        var isSprung = false
    }

    /// Lets a stalled process go on.
    let release = Shutdown()
    /// Requested when the process is gone: until then nobody answers a dead one, as it would still act on it.
    let end = Shutdown()
    private let boundary: Boundary?
    private let kills: Bool
    private let state: Mutex<State>

    /// At the `visit`th visit, from 1 on; without a boundary never.
    init(_ boundary: Boundary?, visit: Int = 1, kills: Bool = true) {
        (self.boundary, self.kills) = (boundary, kills)
        state = Mutex(State(left: visit))
    }

    var isSprung: Bool { state.withLock { $0.isSprung } }

    /// Called by the process at every boundary. A dead one gets no further than here; its tasks are cancelled.
    func reach(_ boundary: Boundary) async throws {
        guard await isDead(at: boundary) else { return }
        await Shutdown().wait()
        throw CancellationError()
    }

    /// Whether the process is dead, perhaps by coming to this boundary. Waits while it is stalled there.
    func isDead(at boundary: Boundary) async -> Bool {
        let (isHere, isSprung) = state.withLock { state in
            guard boundary == self.boundary, !state.isSprung else { return (false, state.isSprung) }
            state.left -= 1
            state.isSprung = state.left == 0
            return (state.isSprung, state.isSprung)
        }
        if kills { return isSprung }
        if isHere { await release.wait() }
        return false
    }
}

/// A broker before which a process may die.
struct TrapSink: MessageSink {
    let sink: RecordingSink
    let trap: Trap

    func send(_ messages: [KafkaMessage]) async throws {
        try await trap.reach(.atBroker(taken: false))
        try await sink.send(messages)
        try await trap.reach(.atBroker(taken: true))
    }
}
