public import Core

/// Where one task stands in this service. A task's later attempt takes the place of the earlier one.
public struct TaskState: Sendable, Hashable {
    /// The stages of an attempt.
    public enum Stage: Sendable, Hashable {
        /// Due at a time. Can go to leased, cancelled; a later attempt begins anew.
        case waiting(until: Instant)
        /// Held by a worker until a time. Can go to finished, suspended, held, waiting, cancelled, and to
        /// another's lease.
        case leased(owner: String, until: Instant)
        /// Waits for an answer; asked again at a time. Can go to leased, finished, cancelled.
        case suspended(until: Instant)
        /// Waits for a person to decide about its effect. Can go to waiting, cancelled.
        case held
        /// Its result is published. Only a later attempt leaves it.
        case finished
        /// Nobody wants it any more. Only a later attempt leaves it.
        case cancelled
    }

    /// 1 for the first.
    public var attempt: Int
    /// Where the attempt stands.
    public var stage: Stage

    /// An attempt at a stage.
    public init(attempt: Int, stage: Stage) { (self.attempt, self.stage) = (attempt, stage) }

    /// Whether a request for `attempt` begins it: it is new, or later than the one known.
    public static func begins(_ known: TaskState?, attempt: Int) -> Bool {
        guard let known else { return true }
        return attempt > known.attempt
    }

    /// Whether calling off `attempt` (0 for whichever) changes anything.
    public func isCancellable(attempt: Int) -> Bool {
        guard attempt == 0 || attempt >= self.attempt else { return false }
        switch stage {
        case .waiting, .leased, .suspended, .held: return true
        case .finished, .cancelled: return false
        }
    }

    /// Whether a result of `attempt` by `owner` counts. A zombie's does not, even if nobody has taken over yet and it
    /// merely came late: the lease is the owner's until someone else takes it.
    public func accepts(attempt: Int, owner: String) -> Bool {
        guard attempt == self.attempt, case .leased(owner, _) = stage else { return false }
        return true
    }

    /// Whether the answer to its question completes it; also while it is being asked again.
    public var awaitsAnswer: Bool {
        switch stage {
        case .suspended, .leased, .waiting: true
        case .held, .finished, .cancelled: false
        }
    }

    /// What somebody who waits for an attempt is told.
    public enum Standing: Sendable, Hashable {
        /// It never came.
        case unknown
        /// Its result was published.
        case finished
        /// It was called off.
        case cancelled
        /// It would have been forgotten by now: nobody can tell.
        case forgotten
    }

    /// Where an attempt stands that was asked for at `requestedAt`; nil when it is under way, or when a later one is
    /// known. What was asked for before `rememberedSince` may be forgotten; what ended after `settledBefore` may not
    /// have been heard of yet.
    public static func standing(
        of attempt: Int, _ known: TaskState?, endedAt: Instant?, requestedAt: Instant, rememberedSince: Instant,
        settledBefore: Instant
    ) -> Standing? {
        guard let known, known.attempt >= attempt else { return requestedAt < rememberedSince ? .forgotten : .unknown }
        guard known.attempt == attempt, endedAt.map({ $0 < settledBefore }) ?? true else { return nil }
        switch known.stage {
        case .finished: return .finished
        case .cancelled: return .cancelled
        case .waiting, .leased, .suspended, .held: return nil
        }
    }
}
