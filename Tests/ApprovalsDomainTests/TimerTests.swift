import ApprovalsDomain
import Core
import Testing

@Suite struct TimerTests {
    @Test func theDefaultIsOneReminderAtHalfOfTheSLAThenExpiry() {
        var driven = Driven()
        driven.take(.request(request(sla: .seconds(100))))
        #expect(driven.approval?.nextTimer == start + .seconds(50))
        driven.take(.fireTimer, at: start + .seconds(50))
        #expect(driven.events.last == .reminded(count: 1, at: start + .seconds(50), next: nil))
        #expect(driven.approval?.nextTimer == start + .seconds(100))
        driven.take(.fireTimer, at: start + .seconds(100))
        #expect(driven.events.last == .expired(at: start + .seconds(100)))
        #expect(driven.approval?.nextTimer == nil)
    }

    @Test func theSLAIsSevenDaysWhenNoneIsGiven() {
        var driven = Driven()
        driven.take(.request(request(sla: .zero)))
        #expect(driven.approval?.dueAt == start + .seconds(7 * 86_400))
    }

    @Test func remindersRepeatOnTheirGridAndSkipWhatWasMissed() {
        var driven = Driven()
        driven.take(.request(request(sla: .seconds(100), remindEvery: .seconds(10))))
        driven.take(.fireTimer, at: start + .seconds(12))
        #expect(driven.approval?.nextTimer == start + .seconds(20))
        driven.take(.fireTimer, at: start + .seconds(47))
        #expect(driven.approval?.nextTimer == start + .seconds(50))
        guard case .reminded(let count, _, _)? = driven.events.last else { return #expect(Bool(false)) }
        #expect(count == 2)
    }

    @Test func aTimerThatFiresTooEarlyOrTwiceChangesNothing() {
        var driven = Driven()
        driven.take(.request(request(sla: .seconds(100))))
        #expect(driven.take(.fireTimer, at: start + .seconds(49)).changesNothing)
        driven.take(.fireTimer, at: start + .seconds(50))
        #expect(driven.take(.fireTimer, at: start + .seconds(50)).changesNothing)
        driven.take(.fireTimer, at: start + .seconds(101))
        #expect(driven.take(.fireTimer, at: start + .seconds(102)).changesNothing)
    }

    @Test func aDecisionAfterTheSLAIsTooLateEvenBeforeTheTimerFires() {
        var driven = Driven()
        driven.take(.request(request(sla: .seconds(100))))
        #expect(driven.take(decision("c1"), at: start + .seconds(100)).code == .decisionTooLate)
        driven.take(.fireTimer, at: start + .seconds(101))
        #expect(driven.take(decision("c2"), at: start + .seconds(102)).code == .approvalClosed)
    }

    @Test func withdrawingEndsTheWaitOnce() {
        var driven = Driven()
        driven.take(.request(request()))
        driven.take(.withdraw(reason: "cancelled"))
        #expect(driven.approval?.state == .withdrawn(reason: "cancelled", at: start))
        #expect(driven.take(.withdraw(reason: "again")).changesNothing)
        #expect(driven.take(decision("c1")).code == .approvalClosed)
    }

    @Test func aHigherAttemptOpensANewRoundWithoutTheOldVotes() {
        var driven = Driven()
        driven.take(.request(request(quorum: 2, sla: .seconds(100))))
        driven.take(decision("c1", by: "ann"))
        driven.take(.fireTimer, at: start + .seconds(100))
        let later = start + .seconds(200)
        driven.take(.request(request(attempt: 2, quorum: 2, sla: .seconds(100))), at: later)
        #expect(driven.approval?.votes == [] && driven.approval?.dueAt == later + .seconds(100))
        #expect(driven.take(.request(request(attempt: 1)), at: later).changesNothing)
        driven.take(decision("c2", by: "ann"), at: later)
        driven.take(decision("c3", by: "bob"), at: later)
        guard case .decided? = driven.approval?.state else { return #expect(Bool(false)) }
    }
}
