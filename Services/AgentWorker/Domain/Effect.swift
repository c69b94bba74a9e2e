/// One journalled piece of outside work: intent and dispatch are written before it is sent, its outcome after.
public struct Effect: Sendable, Hashable {
    /// How far it came.
    public enum Progress: Sendable, Hashable {
        /// Written down, and known not to be done. Can go to dispatched.
        case intended
        /// It may have been sent. Can go to dispatched (again), intended, completed.
        case dispatched
        /// The answer is known. Final.
        case completed(EffectOutcome)
    }

    /// What to do about an effect that the journal may know already.
    public enum Step: Sendable, Hashable {
        /// Send it; nobody has.
        case dispatch
        /// Send it again: it may have been sent, and repeating it is harmless.
        case repeatDispatch
        /// It was done: here is the answer.
        case reuse(EffectOutcome)
        /// The effect of this number may have been done and must not be repeated.
        case ambiguous(number: Int)
        /// The lease is someone else's, and so is the effect.
        case superseded
    }

    /// The attempt or turn that it belongs to.
    public var number: Int
    /// What repeating it does.
    public var effectClass: EffectClass
    /// How far it came.
    public var progress: Progress
    /// How often it was sent, or begun to be.
    public var dispatches = 0
    /// The last sending that the other system is known to have undone; 0 for none.
    public var undone = 0
    /// Whether the other system is asked to undo the last sending: its answer does not count any more.
    public var isBeingUndone = false
    /// The sending whose answer the outcome is; nil when it is not known, or was found out otherwise.
    public var answered: Int?

    /// An effect as the journal has it.
    public init(_ number: Int, _ effectClass: EffectClass, _ progress: Progress) {
        (self.number, self.effectClass, self.progress) = (number, effectClass, progress)
    }

    /// What to do about an effect of a class and number, when the journal has `known` of its task: effects of that
    /// number and of earlier ones. An earlier attempt that nobody has heard of counts: what must not be repeated must
    /// not be repeated by a later attempt either, and what that has brought is the later one's as well.
    public static func step(_ number: Int, _ effectClass: EffectClass, known: [Effect]) -> Step {
        if let own = known.first(where: { $0.number == number }) {
            switch own.progress {
            case .intended: break
            case .dispatched where own.effectClass.isRepeatable && effectClass.isRepeatable: return .repeatDispatch
            case .dispatched: return .ambiguous(number: number)
            case .completed(let outcome): return .reuse(outcome)
            }
        }
        if effectClass.isRepeatable { return .dispatch }
        let earlier = known.filter { $0.number < number && !$0.effectClass.isRepeatable }
        for effect in earlier.sorted(by: { $0.number > $1.number }) {
            switch effect.progress {
            case .dispatched: return .ambiguous(number: effect.number)
            case .completed(let outcome) where outcome.isSuccess: return .reuse(outcome)
            case .intended, .completed: continue
            }
        }
        return .dispatch
    }
}
