import Core
import OrchestratorDomain
import Testing

@Suite struct RoutingTests {
    @Test(
        arguments: [
            ("http", .lane(.call)), ("agent:1.0.0", .lane(.agent)), ("llm:2.1.0@default", .lane(.agent)),
            ("retrieve:1.0.0", .lane(.call)), ("embed", .lane(.call)), ("policy:1.0.0", .policy),
            ("approval:1.0.0@default", .approval), ("agents:1.0.0", .lane(.call)), ("", .lane(.call)),
        ] as [(String, FunctionRoute)])
    func `a function goes to those who run it`(function: String, route: FunctionRoute) {
        #expect(FunctionRoute(function: function) == route)
    }

    @Test func `a task id names its execution`() {
        #expect(TaskIdentity("abc:12")?.executionID == "abc")
        #expect(TaskIdentity("a:b:3")?.executionID == "a:b")
        #expect(TaskIdentity("a:b:3")?.number == 3)
    }

    @Test(arguments: ["", "abc", "abc:", ":3", "abc:0", "abc:-1", "abc:x", "abc:t1"])
    func `what is no task id is nil`(text: String) {
        #expect(TaskIdentity(text) == nil)
    }
}

@Suite struct EndingTests {
    @Test func `what has ended refuses to change, and a repeated cancel is no change`() {
        for ending in Tombstone.Ending.allCases {
            let tombstone = Tombstone(executionID: "e", tenant: "t", ending: ending)
            #expect(tombstone.refusal(toCancel: false)?.code == .executionEnded)
            #expect((tombstone.refusal(toCancel: true) == nil) == (ending == .cancelled))
        }
    }

    @Test func `an expired approval is a time-out that a definition can catch`() {
        guard case .failed(let fault) = TaskOutcome.expired(at: Instant(microseconds: 0)) else {
            return #expect(Bool(false))
        }
        #expect(fault.status == 408 && fault.type.hasSuffix("/approval-expired"))
    }

    @Test func `a refusal becomes an error of the task with the code in it`() {
        guard case .failed(let fault) = TaskOutcome.refused(Rejection(.notFound, "PO0003", "no such policy")) else {
            return #expect(Bool(false))
        }
        #expect(fault.title == "PO0003" && fault.detail == "no such policy")
    }
}

@Suite struct TimerPlanTests {
    let plan = TimerPlan(batch: 10, longest: .milliseconds(500), contended: .milliseconds(20))
    let now = Instant(microseconds: 1_000_000)

    @Test func `a full look is followed by another at once`() {
        #expect(plan.wait(found: 10, taken: 10, next: nil, now: now) == .zero)
    }

    @Test func `timers held elsewhere are looked at again soon, even when they fill a look`() {
        #expect(plan.wait(found: 10, taken: 0, next: now, now: now) == .milliseconds(20))
        #expect(plan.wait(found: 3, taken: 2, next: nil, now: now) == .milliseconds(20))
    }

    @Test func `else the wait ends when the next timer is due, or at the longest`() {
        #expect(plan.wait(found: 0, taken: 0, next: now + .milliseconds(3), now: now) == .milliseconds(3))
        #expect(plan.wait(found: 0, taken: 0, next: now - .seconds(1), now: now) == .zero)
        #expect(plan.wait(found: 0, taken: 0, next: now + .seconds(60), now: now) == .milliseconds(500))
        #expect(plan.wait(found: 2, taken: 2, next: nil, now: now) == .milliseconds(500))
    }
}
