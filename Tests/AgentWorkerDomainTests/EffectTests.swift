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
    }
}
