/// An answer to one sending of an effect.
public struct EffectAnswer: Sendable, Hashable {
    /// Which sending, from 1 on.
    public var dispatch: Int
    /// What the effect was taken for when it was sent.
    public var effectClass: EffectClass
    /// What was answered.
    public var outcome: EffectOutcome

    /// An answer.
    public init(dispatch: Int, effectClass: EffectClass, outcome: EffectOutcome) {
        (self.dispatch, self.effectClass, self.outcome) = (dispatch, effectClass, outcome)
    }

    /// Whether it counts whichever sending is the latest: all carry the same key, and are one.
    public var isOfAnySending: Bool { effectClass.isRepeatable && outcome.isSuccess }
}

extension Effect {
    /// What becomes of an answer.
    public enum Reception: Sendable, Hashable {
        /// It is the effect's outcome.
        case counted
        /// It was before: it is written already.
        case known
        /// Others have gone on without it. It is kept as evidence; `contradicts` when it shows that they were wrong:
        /// done was taken for not done, or the other way round.
        case late(contradicts: Bool)
    }

    /// What becomes of an answer, given what the journal has. It belongs to its own sending; where repeating is
    /// harmless, to all of them.
    public func receive(_ answer: EffectAnswer) -> Reception {
        let isRepeatable = effectClass.isRepeatable && answer.effectClass.isRepeatable
        let isLatest = answer.dispatch == dispatches
        switch progress {
        case .completed where answered == answer.dispatch: return .known
        case .completed(let outcome) where isLatest:
            return .late(contradicts: !isRepeatable && outcome.isSuccess != answer.outcome.isSuccess)
        case .dispatched where isLatest && !isBeingUndone: return .counted
        // Whether that has brought anything is not known yet.
        case .dispatched where isLatest && !isRepeatable: return .late(contradicts: false)
        case .intended where isRepeatable && answer.isOfAnySending: return .counted
        case .dispatched where isRepeatable && answer.isOfAnySending: return .counted
        case .intended, .dispatched, .completed:
            return .late(contradicts: !isRepeatable && answer.outcome.isSuccess && answer.dispatch > undone)
        }
    }
}
