import Core
import Testing

@testable import AgentWorkerDomain

@Suite("Effects")
struct EffectTests {
    @Test("The journal decides: known outcomes are reused, ambiguous irreversible effects are not repeated")
    func journal() {
        let outcome = EffectOutcome(status: 200)
        #expect(Effect(.irreversible, .completed(outcome)).step == .reuse(outcome))
        #expect(Effect(.irreversible, .intended).step == .dispatch)
        #expect(Effect(.irreversible, .dispatched).step == .ambiguous)
        #expect(Effect(.compensable, .dispatched).step == .ambiguous)
        #expect(Effect(.idempotent, .dispatched).step == .repeatDispatch)
        #expect(Effect(.pure, .dispatched).step == .repeatDispatch)
    }
}
