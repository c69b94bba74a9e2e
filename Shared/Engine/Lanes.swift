import Core

/// How far the lanes of a run have come.
struct Lanes: Sendable, Hashable {
    /// A lane that is open.
    struct Opened: Sendable, Hashable {
        var run: Int
        var lane: Int
    }

    /// What a lane made of the context.
    struct Change: Sendable, Hashable {
        var lane: Int
        var context: JSON
    }

    let setup: LaneSetup
    /// The lane that is opened next.
    var next = 0
    var open: [Opened] = []
    /// What the lanes gave, by lane; nil for those that have not ended, or failed.
    var outputs: [JSON?]
    var contexts: [Change] = []
    /// How many have ended.
    var done = 0
    /// The lane that decided the matter: the first success of a race, or one that ended the execution.
    var winner: Int?
    /// Whether the winner ends the execution.
    var ends = false
    /// The last error of a race.
    var failure: Frame.Failure?

    init(_ setup: LaneSetup) {
        self.setup = setup
        outputs = Array(repeating: nil, count: setup.count)
    }

    /// Whether another lane is to be opened now.
    var canOpen: Bool { winner == nil && next < setup.count && open.count < setup.limit }

    /// Whether the machine has something to do: open a lane, or draw the result.
    var canMove: Bool { winner != nil || canOpen || done == setup.count }

    /// Notes that `run` is the next lane.
    mutating func begin(_ run: Int) {
        open.append(Opened(run: run, lane: next))
        next += 1
    }

    /// The lane of `run`, which has ended or, unless it is open, began and ended at once.
    mutating func close(_ run: Int?) -> Int {
        done += 1
        if let at = open.firstIndex(where: { $0.run == run }) { return open.remove(at: at).lane }
        next += 1
        return next - 1
    }

    /// Takes a lane's success.
    mutating func succeed(_ run: Int?, _ output: JSON, _ context: JSON?, _ flow: TaskFlow, isSkipped: Bool) {
        let lane = close(run)
        guard outputs.indices.contains(lane), winner == nil else { return }
        ends = flow == .end
        // A lane that ends the execution speaks for it, in its own words.
        outputs[lane] = setup.mode == .collect && !ends ? ["output": output] : output
        if let context { contexts.append(Change(lane: lane, context: context)) }
        if ends || (setup.mode == .compete && !isSkipped) { winner = lane }
    }

    /// Takes a lane's error; false when it is the error of all.
    mutating func fail(_ run: Int?, _ failure: Frame.Failure) -> Bool {
        let lane = close(run)
        guard outputs.indices.contains(lane) else { return false }
        switch setup.mode {
        case .join: return false
        case .collect:
            outputs[lane] = ["error": failure.fault.json]
            return true
        case .compete:
            self.failure = failure
            return done < setup.count
        }
    }
}
