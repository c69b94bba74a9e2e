public import Core

/// One approval: what is asked, who voted, how it stands. A round lasts from a request to its outcome; there is never a
/// second outcome in a round.
public struct Approval: Sendable, Hashable {
    /// How the round stands.
    public enum State: Sendable, Hashable {
        /// People are to decide. Goes to decided, expired or withdrawn.
        case pending(Reminders)
        /// The last vote closed it. Goes to pending when a higher attempt asks again.
        case decided(Vote)
        /// Nobody decided in time. Goes to pending when a higher attempt asks again.
        case expired(at: Instant)
        /// The asker no longer needs it. Goes to pending when a higher attempt asks again.
        case withdrawn(reason: String, at: Instant)
    }

    /// The reminders of a pending round.
    public struct Reminders: Sendable, Hashable {
        /// How many were given.
        public var count: Int
        /// When the next one is due, if there is to be another before the round expires.
        public var next: Instant?

        /// Reminders so far and the next one.
        public init(count: Int, next: Instant?) { (self.count, self.next) = (count, next) }
    }

    /// What is asked, with the defaults filled in.
    public private(set) var request: ApprovalRequest
    /// When the round began.
    public private(set) var requestedAt: Instant
    /// The votes of the round, in order.
    public private(set) var votes: [Vote]
    /// How the round stands.
    public private(set) var state: State

    /// An approval as it was stored. The request must be completed.
    public init(request: ApprovalRequest, requestedAt: Instant, votes: [Vote], state: State) {
        precondition(request.quorum > 0 && request.sla > .zero, "a stored request has its defaults filled in")
        self.request = request
        self.requestedAt = requestedAt
        self.votes = votes
        self.state = state
    }

    /// When the round expires.
    public var dueAt: Instant { requestedAt + request.sla }

    /// When `fireTimer` next has something to do; nil once the round is closed.
    public var nextTimer: Instant? {
        guard case .pending(let reminders) = state else { return nil }
        return reminders.next.map { min($0, dueAt) } ?? dueAt
    }
}

extension Approval {
    /// The state that the first event of an approval makes.
    public init(first event: ApprovalEvent) {
        guard case .requested(let request, let time) = event else {
            preconditionFailure("an approval begins with requested")
        }
        self.init(request: request, requestedAt: time, votes: [], state: .opening(request, at: time))
    }

    /// Takes in what happened. Precondition: the event follows from this state.
    public mutating func apply(_ event: ApprovalEvent) {
        switch event {
        case .requested(let request, let time):
            precondition(request.attempt > self.request.attempt, "a new round has a higher attempt")
            self.request = request
            requestedAt = time
            votes = []
            state = .opening(request, at: time)
        case .reminded(let count, _, let next):
            requirePending()
            state = .pending(Reminders(count: count, next: next))
        case .recorded(let vote):
            requirePending()
            votes.append(vote)
        case .decided(let vote):
            requirePending()
            votes.append(vote)
            state = .decided(vote)
        case .expired(let time):
            requirePending()
            state = .expired(at: time)
        case .withdrawn(let reason, let time):
            requirePending()
            state = .withdrawn(reason: reason, at: time)
        }
    }

    private func requirePending() {
        guard case .pending = state else { preconditionFailure("a closed round has no further events") }
    }
}

extension Approval.State {
    fileprivate static func opening(_ request: ApprovalRequest, at time: Instant) -> Approval.State {
        let first = time + request.remindEvery
        return .pending(Approval.Reminders(count: 0, next: first < time + request.sla ? first : nil))
    }
}
