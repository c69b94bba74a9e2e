/// Decides when which member of a group is stopped. Members are known by their position.
struct ServiceGroupMachine: Equatable {
    enum State: Equatable {
        /// Can go to draining, finished.
        case running
        /// One member was asked to stop and is awaited. Can go to draining (the next), cancelling, finished.
        case draining(Int)
        /// All were cancelled. Can go to finished.
        case cancelling
        /// No member is left. Final.
        case finished
    }

    enum Action: Equatable {
        case stop(Int)
        case startDeadline
        case cancelAll
    }

    private(set) var state = State.running
    /// The members that have not ended, in the order of their start.
    private(set) var alive: [Int]
    /// The member that returned without having been asked, if one did.
    private(set) var endedUnasked: Int?
    private let mayFinish: [Bool]

    init(mayFinish: [Bool]) {
        self.mayFinish = mayFinish
        alive = Array(mayFinish.indices)
    }

    var isFinished: Bool { state == .finished }
    var isCancelling: Bool { state == .cancelling }

    mutating func ended(_ index: Int, failed: Bool) -> [Action] {
        alive.removeAll { $0 == index }
        guard let last = alive.last else {
            if state == .running, !failed, !mayFinish[index] { endedUnasked = index }
            state = .finished
            return []
        }
        switch state {
        case .running:
            if !failed, mayFinish[index] { return [] }
            if !failed { endedUnasked = index }
            return drain(last)
        case .draining(index):
            state = .draining(last)
            return [.stop(last)]
        case .draining, .cancelling, .finished:
            return []
        }
    }

    mutating func signalled() -> [Action] {
        switch state {
        case .running:
            guard let last = alive.last else { return [] }
            return drain(last)
        case .draining: return cancel()
        case .cancelling, .finished: return []
        }
    }

    mutating func deadlinePassed() -> [Action] {
        if case .draining = state { return cancel() }
        return []
    }

    private mutating func drain(_ last: Int) -> [Action] {
        state = .draining(last)
        return [.startDeadline, .stop(last)]
    }

    private mutating func cancel() -> [Action] {
        state = .cancelling
        return [.cancelAll]
    }
}
