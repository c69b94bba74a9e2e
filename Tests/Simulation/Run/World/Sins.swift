import Core

/// What goes wrong in a simulation: drawn from the seed, each kind as often as its rate says, and counted where it
/// happened. A kind may be left out, to see whether a failure needs it.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class Sins: @unchecked Sendable {
    enum Kind: String, CaseIterable {
        // Processes
        case crash, stall, longStall
        // The broker
        case lostAcknowledgement, refusedSend, partialSend, duplicate, delayedDelivery, eviction, rewind
        // The database
        case connectionLost, commitUnknown, commitLost, serializationFailure, timeout, tooManyConnections, slowStatement
        // Outside
        case lostAnswer, unreachable, slowAnswer, malformedAnswer, serverError
        case lateDecision, repeatedDecision
        case objectsAway
    }

    /// Permille, where it may happen.
    private var rates: [Kind: Int] = [:]
    private let scheduler: Scheduler
    private(set) var counts: [String: Int] = [:]
    private var left: Int
    /// Faults have stopped: the world is to come to rest.
    var isOver = false

    init(_ scheduler: Scheduler, without: Set<Kind>, most: Int) {
        (self.scheduler, left) = (scheduler, most)
        // Each seed has its own weather: some kinds not at all, others often.
        for kind in Kind.allCases {
            let rate = [0, 0, 1, 4, 15, 60][scheduler.below(6)]
            rates[kind] = without.contains(kind) ? 0 : max(rate * kind.weight / 100, rate > 0 ? 1 : 0)
        }
    }

    /// Whether it happens now, at this place.
    func strikes(_ kind: Kind, at place: @autoclosure () -> String) -> Bool {
        guard !isOver, left > 0, let rate = rates[kind], rate > 0, scheduler.chance(rate) else { return false }
        left -= 1
        let place = "\(kind.rawValue) at \(place())"
        counts[place, default: 0] += 1
        scheduler.note("sin \(place)")
        return true
    }
}

extension Sins.Kind {
    /// How often, in percent of the usual: what happens at every step happens seldom at each.
    var weight: Int {
        switch self {
        case .crash: 2
        case .stall: 4
        case .longStall: 50
        case .slowStatement, .eviction: 10
        case .connectionLost, .serializationFailure, .timeout, .tooManyConnections: 30
        default: 100
        }
    }
}
