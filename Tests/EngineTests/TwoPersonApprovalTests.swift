import Core
import Engine
import Testing
import Workflow

/// A person is asked twice, with a time limit that escalates without losing what was decided.
@Suite struct TwoPersonApprovalTests {
    static func decided(_ approver: String, _ id: String, for request: String = "x", _ decision: String = "approved")
        -> JSON
    {
        ListenTests.event(
            "io.cadenza.approval.decided.v1", id,
            ["approver": .string(approver), "decision": .string(decision)], ["subject": .string(request)])
    }

    static func start() throws -> Simulation {
        var run = try Simulation(definition)
        run.start(["subject": "a loan"])
        return run
    }

    /// Lets the earliest timer fire.
    static func pass(_ run: inout Simulation) {
        guard let timer = run.state?.pendingTimers.min(by: { $0.due < $1.due }) else { return }
        run.now = max(run.now, timer.due)
        run.send(.timerFired(timerID: timer.id))
    }

    static func emitted(_ run: Simulation) -> [String] {
        run.events.compactMap { event in
            if case .eventEmitted(_, let event) = event.outcome { event["type"]?.string } else { nil }
        }
    }

    @Test func twoDistinctApproversOfThisRequestPass() throws {
        var run = try Self.start()
        for event in [
            Self.decided("ann", "1"), Self.decided("ann", "2"), Self.decided("bob", "3", for: "another"),
        ] { run.tell(event) }
        #expect(run.state?.status == .waiting)
        run.tell(Self.decided("bob", "4"))
        #expect(run.output?["outcome"] == "approved")
        #expect(run.output?["decisions"]?.array?.count == 3)
        #expect(run.state?.pendingTimers.isEmpty == true)
    }

    @Test func oneRejectionEndsIt() throws {
        var run = try Self.start()
        run.tell(Self.decided("ann", "1", "rejected"))
        #expect(run.output?["outcome"] == "rejected")
    }

    @Test func theEscalationDoesNotLoseWhatWasDecided() throws {
        var run = try Self.start()
        run.tell(Self.decided("ann", "1"))
        Self.pass(&run)
        #expect(run.seconds == 14_400)
        #expect(Self.emitted(run).last == "io.cadenza.approval.escalated.v1")
        run.tell(Self.decided("cyd", "2"))
        #expect(run.output?["outcome"] == "approved")
    }

    @Test func withoutDecisionsItExpires() throws {
        var run = try Self.start()
        run.run()
        #expect(run.output == ["outcome": "expired", "decisions": []])
        #expect(run.seconds == 43_200)
    }

    private static let definition = #"""
        document:
          dsl: '1.0.3'
          namespace: examples
          name: two-person-approval
          version: '1.0.0'
        do:
          - open:
              set:
                request:
                  id: ${ $workflow.id }
                  subject: ${ .subject }
                  quorum: 2
                  approvers: [ { role: claims-lead }, { role: risk-officer } ]
                  due: PT4H
              output: { as: '${ .request }' }
              export: { as: '${ ($context // {}) + { request: ., decisions: [] } }' }
          - announce:
              emit:
                event:
                  with:
                    source: https://cadenza.example/workflows
                    type: io.cadenza.approval.requested.v1
                    subject: ${ .id }
                    data: ${ . }
              output: { as: '${ $context.request }' }
          - await:
              fork:
                compete: true                # the first branch to finish is the result
                branches:
                  - decide:
                      listen:
                        to:
                          any:
                            - with: { type: io.cadenza.approval.decided.v1 }
                              correlate:
                                request: { from: .subject, expect: '${ $context.request.id }' }
                          until: >-
                            ${ any(.[]; .decision == "rejected") or
                            ([ .[] | select(.decision == "approved") | .approver ] | unique | length)
                            >= $context.request.quorum }
                        read: data
                      output:
                        as: >-
                          ${ { outcome: (if any(.[]; .decision == "rejected") then "rejected" else "approved" end),
                          decisions: . } }
                  - watchSla:
                      do:
                        - untilDue: { wait: PT4H }
                        - escalate:
                            emit:
                              event:
                                with:
                                  source: https://cadenza.example/workflows
                                  type: io.cadenza.approval.escalated.v1
                                  subject: ${ $context.request.id }
                                  data: { to: { role: head-of-claims }, reason: SLA of 4 hours missed }
                        - untilExpiry: { wait: PT8H }
                        - expire: { set: { outcome: expired, decisions: [] } }
        """#
}
