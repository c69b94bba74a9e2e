import Core
import Testing

@testable import AgentWorkerDomain

@Suite("Effects")
struct EffectTests {
    private let outcome = EffectOutcome(status: 200)

    @Test("The journal decides: known outcomes are reused, ambiguous irreversible effects are not repeated")
    func journal() {
        func step(_ effectClass: EffectClass, _ progress: Effect.Progress) -> Effect.Step {
            Effect.step(1, effectClass, known: [Effect(1, effectClass, progress)])
        }
        #expect(step(.irreversible, .completed(outcome)) == .reuse(outcome))
        #expect(step(.irreversible, .intended) == .dispatch)
        #expect(step(.irreversible, .dispatched) == .ambiguous(number: 1))
        #expect(step(.compensable, .dispatched) == .ambiguous(number: 1))
        #expect(step(.idempotent, .dispatched) == .repeatDispatch)
        #expect(Effect.step(1, .irreversible, known: [Effect(1, .idempotent, .dispatched)]) == .ambiguous(number: 1))
        #expect(Effect.step(1, .irreversible, known: []) == .dispatch)
    }

    @Test("What an earlier attempt may have done counts for a later one, unless it may be repeated or was refused")
    func earlierAttempts() {
        func step(_ effectClass: EffectClass, after progress: Effect.Progress) -> Effect.Step {
            Effect.step(3, effectClass, known: [Effect(2, effectClass, progress)])
        }
        #expect(step(.irreversible, after: .dispatched) == .ambiguous(number: 2))
        #expect(step(.irreversible, after: .completed(outcome)) == .reuse(outcome))
        #expect(step(.irreversible, after: .completed(EffectOutcome(fault: Fault(.communication)))) == .dispatch)
        #expect(step(.irreversible, after: .intended) == .dispatch)
        #expect(step(.idempotent, after: .dispatched) == .dispatch)
        let known = [Effect(2, .irreversible, .dispatched), Effect(3, .irreversible, .completed(outcome))]
        #expect(Effect.step(3, .irreversible, known: known) == .reuse(outcome))
    }

    @Test("An answer belongs to its sending; where repeating is harmless, to all of them")
    func answers() {
        let failure = EffectOutcome(fault: Fault(.communication))
        func receive(
            _ effectClass: EffectClass, _ progress: Effect.Progress, _ answered: EffectOutcome, undone: Int = 0,
            isBeingUndone: Bool = false, by sending: Int? = nil
        ) -> Effect.Reception {
            var effect = Effect(1, effectClass, progress)
            (effect.dispatches, effect.undone) = (2, undone)
            (effect.isBeingUndone, effect.answered) = (isBeingUndone, sending)
            return effect.receive(EffectAnswer(dispatch: 1, effectClass: effectClass, outcome: answered))
        }
        #expect(receive(.irreversible, .dispatched, outcome) == .late(contradicts: true))
        #expect(receive(.irreversible, .intended, outcome) == .late(contradicts: true))
        #expect(receive(.irreversible, .completed(outcome), outcome, by: 2) == .late(contradicts: true))
        #expect(receive(.irreversible, .dispatched, failure) == .late(contradicts: false))
        #expect(receive(.compensable, .dispatched, outcome, undone: 1) == .late(contradicts: false))
        #expect(receive(.idempotent, .dispatched, outcome) == .counted)
        #expect(receive(.idempotent, .intended, outcome) == .counted)
        #expect(receive(.idempotent, .dispatched, failure) == .late(contradicts: false))
        #expect(receive(.idempotent, .completed(failure), outcome, by: 2) == .late(contradicts: false))
        #expect(receive(.idempotent, .completed(outcome), outcome, by: 1) == .known)
        var latest = Effect(1, .compensable, .dispatched)
        latest.dispatches = 1
        let answer = EffectAnswer(dispatch: 1, effectClass: .compensable, outcome: outcome)
        #expect(latest.receive(answer) == .counted)
        latest.isBeingUndone = true
        #expect(latest.receive(answer) == .late(contradicts: false))
        latest.progress = .completed(failure)
        #expect(latest.receive(answer) == .late(contradicts: true))
        latest.progress = .completed(EffectOutcome(output: "found out"))
        #expect(latest.receive(answer) == .late(contradicts: false))
    }

    @Test("A person decides once, and repeats only what is still wanted")
    func incidents() throws {
        let open = Incident(id: "e:1:1:1", isOpen: true, isAwaited: true)
        #expect(Incident.id(taskID: "e:1", number: 1, dispatch: 1) == open.id)
        #expect(Incident.decide(.retry, "", about: open) == .accepted(.reopen))
        #expect(Incident.decide(.done(7), "", about: open) == .accepted(.settle(EffectOutcome(output: 7))))
        guard case .accepted(.settle(let failure)) = Incident.decide(.fail, "lost", about: open) else {
            Issue.record("it may be failed")
            return
        }
        #expect(!failure.isSuccess)
        #expect(throws: Fault.ambiguous("lost")) { try failure.output() }
        func code(_ decision: Incident.Decision, _ incident: Incident?) -> ErrorCode? {
            guard case .rejected(let rejection) = Incident.decide(decision, "", about: incident) else { return nil }
            return rejection.code
        }
        #expect(code(.done(1), nil) == .noSuchIncident)
        #expect(code(.done(1), Incident(id: "i", isOpen: false, isAwaited: false)) == .incidentDecided)
        let unwanted = Incident(id: "i", isOpen: true, isAwaited: false)
        #expect(code(.retry, unwanted) == .nothingToRepeat)
        #expect(code(.fail, unwanted) == nil)
        let late = Incident(id: "i:late", isOpen: true, isAwaited: false, isLate: true)
        #expect(Incident.decide(.fail, "", about: late) == .accepted(.note))
        #expect(code(.retry, late) == .nothingToRepeat)
    }
}
