public import Core

/// An effect that may or may not have been carried out and must not be repeated, until a person has decided.
public struct Incident: Sendable, Hashable {
    /// What a person says about it.
    public enum Decision: Sendable, Hashable {
        /// Do it (again).
        case retry
        /// It was done, and this came of it.
        case done(JSON)
        /// The task fails.
        case fail
    }

    /// Whether a decision counts.
    public enum Answer: Sendable, Hashable {
        /// It does.
        case accepted(Consequence)
        /// It does not.
        case rejected(Rejection)
    }

    /// What follows from a decision.
    public enum Consequence: Sendable, Hashable {
        /// The effect is known not to be done.
        case reopen
        /// The effect is done, and this is its outcome.
        case settle(EffectOutcome)
        /// Nothing: it is on record.
        case note
    }

    /// `<task>:<number>:<dispatch>`: each sending that nobody knows the outcome of is one; with `:late` each whose
    /// answer contradicts what was decided without it.
    public var id: String
    /// Whether a person is still to decide: nobody has, and no answer has come.
    public var isOpen: Bool
    /// Whether its task is held for it.
    public var isAwaited: Bool

    /// Whether it is about an answer that came too late: a decision is for the record.
    public var isLate: Bool

    /// An incident.
    public init(id: String, isOpen: Bool, isAwaited: Bool, isLate: Bool = false) {
        (self.id, self.isOpen, self.isAwaited, self.isLate) = (id, isOpen, isAwaited, isLate)
    }

    /// The incident of the sending `dispatch` of an effect.
    public static func id(taskID: String, number: Int, dispatch: Int, isLate: Bool = false) -> String {
        "\(taskID):\(number):\(dispatch)" + (isLate ? ":late" : "")
    }

    /// What a decision leads to, or why it is refused. `incident` is nil when there is none of that id.
    public static func decide(
        _ decision: Decision, _ comment: String, about incident: Incident?
    ) -> Answer {
        guard let incident else {
            return .rejected(Rejection(.notFound, .noSuchIncident, "there is no such incident"))
        }
        guard incident.isOpen else {
            return .rejected(Rejection(.conflict, .incidentDecided, "the incident is decided, or an answer has come"))
        }
        switch decision {
        case .retry where !incident.isAwaited:
            return .rejected(
                Rejection(.conflict, .nothingToRepeat, "nothing waits for it: say done or fail"))
        case .retry: return .accepted(.reopen)
        case .done where incident.isLate, .fail where incident.isLate: return .accepted(.note)
        case .done(let result): return .accepted(.settle(EffectOutcome(output: result)))
        case .fail: return .accepted(.settle(EffectOutcome(fault: .ambiguous(comment))))
        }
    }
}

extension Fault {
    /// Not one of the standard kinds: a definition that repeats communication errors must not repeat this one unawares.
    public static func ambiguous(_ comment: String) -> Fault {
        Fault(
            type: "https://cadenza.dev/errors/ambiguous-effect", status: 500, title: "An effect is ambiguous",
            detail: "\(ErrorCode.ambiguousEffect): a person decided that it failed"
                + (comment.isEmpty ? "" : ": \(comment)"))
    }
}
