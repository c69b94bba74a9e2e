Feature: Patterns
  As an author of workflows
  I want the patterns that the language is chosen for to run
  So that I can build on them

  @services
  Scenario: An Agent's Malformed Answer Is Asked For Again
    Given the workflow in 'patterns/agent-step.yaml'
    And the workflow input is:
    """yaml
    { ticket: { id: T1, text: help }, customer: { id: 7 } }
    """
    And the functions answer:
    """yaml
    - function: agent
      results:
        - { output: { answer: { result: done } } }
        - { output: { answer: { result: done, confidence: 0.9 } } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { result: done, confidence: 0.9 }
    """
    And runAgent should be requested 2 times
    And the workflow should take 'PT2S'

  @services
  Scenario: A Coordinator Asks Specialists Side By Side
    Given the workflow in 'patterns/coordinator.yaml'
    And the workflow input is:
    """yaml
    question: May we?
    """
    And the functions answer:
    """yaml
    - { task: plan, output: { answer: { legal: l, finance: f, security: s } } }
    - { when: '.agent.name == "legal"', output: { answer: '${ .goal + "!" }' }, delay: PT30S }
    - { when: '.agent.name == "finance"', output: { answer: '${ .goal + "!" }' }, delay: PT10S }
    - { when: '.agent.name == "security"', output: { answer: '${ .goal + "!" }' }, delay: PT20S }
    - { task: aggregate, output: { answer: '${ [ .context[].finding ] }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ l!, f!, s! ]
    """
    And the workflow should take 'PT30S'

  @services
  Scenario: A Draft Is Revised Until It Is Good Enough
    Given the workflow in 'patterns/reflection.yaml'
    And the workflow input is:
    """yaml
    brief: a poem
    """
    And the functions answer:
    """yaml
    - { task: write, output: { answer: '${ "draft \($call.number)" }' } }
    - task: criticise
      results:
        - { output: { answer: { score: 0.4, critique: worse } } }
        - { output: { answer: { score: 0.85, critique: fine } } }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    .output.rounds == 2 and .output.draft == "draft 2"
    """

  @services
  Scenario: A Draft That Stays Poor Is Given Up
    Given the workflow in 'patterns/reflection.yaml'
    And the workflow input is:
    """yaml
    brief: a poem
    """
    And the functions answer:
    """yaml
    - { task: write, output: { answer: draft } }
    - { task: criticise, output: { answer: { score: 0.1, critique: no } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { status: 422, detail: score 0.1 after 3 rounds }
    """

  @services
  Scenario: Two People Approve
    Given the workflow in 'patterns/two-person-approval.yaml'
    And the workflow input is:
    """yaml
    subject: claim 7
    """
    And the event is published after 'PT100S':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: approved, approver: ann } }
    """
    And the event is published after 'PT200S':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: approved, approver: ann } }
    """
    And the event is published after 'PT300S':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: another, data: { decision: approved, approver: bob } }
    """
    And the event is published after 'PT400S':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: approved, approver: bob } }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    .output.outcome == "approved" and (.output.decisions | length == 3)
    """
    And the workflow should take 'PT400S'
    And 0 events of type 'io.cadenza.approval.escalated.v1' should be published

  @services
  Scenario: One Person Rejects
    Given the workflow in 'patterns/two-person-approval.yaml'
    And the event is published after 'PT100S':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: rejected, approver: ann } }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    .output.outcome == "rejected"
    """

  Scenario: A Late Approval Escalates And Still Counts
    Given the workflow in 'patterns/two-person-approval.yaml'
    And the event is published after 'PT1H':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: approved, approver: ann } }
    """
    And the event is published after 'PT5H':
    """yaml
    { type: io.cadenza.approval.decided.v1, subject: scenario, data: { decision: approved, approver: bob } }
    """
    And the engine is restarted after 'PT2H'
    When the workflow is executed
    Then the workflow should complete
    And 1 events of type 'io.cadenza.approval.escalated.v1' should be published
    And the condition should hold:
    """jq
    .output.outcome == "approved" and .published[1].time == "2026-01-01T04:00:00Z"
    """

  @services
  Scenario: Nobody Decides
    Given the workflow in 'patterns/two-person-approval.yaml'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { outcome: expired, decisions: [] }
    """
    And the workflow should take 'PT12H'

  @services
  Scenario: An Answer Is Grounded In What Was Found
    Given the workflow in 'patterns/grounded-answer.yaml'
    And the workflow input is:
    """yaml
    { question: q, product: p, date: d }
    """
    And the functions answer:
    """yaml
    - { function: retrieve, output: { passages: [ { id: a }, { id: b } ] } }
    - { function: agent, output: { answer: { answer: yes, citations: [ a ] } } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { answer: yes, citations: [ a ], known: [ a, b ] }
    """

  @services
  Scenario: A Citation Of Nothing Is An Error
    Given the workflow in 'patterns/grounded-answer.yaml'
    And the workflow input is:
    """yaml
    { question: q, product: p, date: d }
    """
    And the functions answer:
    """yaml
    - { function: retrieve, output: { passages: [ { id: a } ] } }
    - { function: agent, output: { answer: { answer: yes, citations: [ z ] } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 422
    """

  @services
  Scenario: Nothing Found Ends Early
    Given the workflow in 'patterns/grounded-answer.yaml'
    And the workflow input is:
    """yaml
    { question: q, product: p, date: d }
    """
    And the functions answer:
    """yaml
    - { function: retrieve, output: { passages: [] } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { answer: null, citations: [], confidence: 0 }
    """
    And answer should not run

  @services
  Scenario: A Saga Undoes What Was Done
    Given the workflow in 'patterns/booking-saga.yaml'
    And the workflow input is:
    """yaml
    { hotel: { h: 1 }, flight: { f: 1 }, payment: { p: 1 } }
    """
    And the functions answer:
    """yaml
    - { task: hotel, output: { id: H1 } }
    - { task: flight, output: { id: F1 } }
    - { task: payment, fault: { type: communication, status: 402 } }
    - { task: cancelFlight, results: [ { fault: { type: communication, status: 503 } }, { output: {} } ] }
    - { task: cancelHotel, output: {} }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 409
    title: Saga compensated
    """
    And cancelFlight should be requested 2 times
    And cancelHotel should be requested 1 times
    And cancelFlight should run before cancelHotel
    And refund should not run
    And the condition should hold:
    """jq
    .fault.detail | test("^402 .*/payment; undone: flight,hotel$")
    """

  @services
  Scenario: A Claim That Is Sure Is Published
    Given the workflow in 'patterns/claim-intake.yaml'
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: examples, name: two-person-approval, version: '1.0.0' }
    do: [ { decide: { set: { outcome: approved } } } ]
    """
    And the workflow input is:
    """yaml
    { claimId: C1, documents: [ d ] }
    """
    And the functions answer:
    """yaml
    - task: readDocuments
      results:
        - { output: { answer: { policyNumber: P1 } } }
        - { output: { answer: { policyNumber: P1, dateOfLoss: '2026-01-01', amount: 120, cause: water } } }
    - { task: clauses, output: { passages: [ { id: c1 } ] } }
    - { task: coverage, output: { answer: { confidence: 0.95, covered: true } } }
    - { task: fraud, output: { answer: { confidence: 0.97, score: 0.1 } } }
    - { task: report, output: { answer: text } }
    """
    When the workflow is executed
    Then the workflow should complete
    And readDocuments should be requested 2 times
    And review should not run
    And an event of type 'io.cadenza.claim.assessed.v1' should be published with:
    """yaml
    { subject: P1, data: { report: text, review: null } }
    """

  @services
  Scenario: A Claim That Is Unsure Is Reviewed
    Given the workflow in 'patterns/claim-intake.yaml'
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: examples, name: two-person-approval, version: '1.0.0' }
    do: [ { decide: { set: { outcome: approved } } } ]
    """
    And the functions answer:
    """yaml
    - task: readDocuments
      output: { answer: { policyNumber: P1, dateOfLoss: '2026-01-01', amount: 120, cause: water } }
    - { task: clauses, output: { passages: [ { id: c1 } ] } }
    - { task: coverage, output: { answer: { confidence: 0.6, covered: true } } }
    - { task: fraud, output: { answer: { confidence: 0.97, score: 0.1 } } }
    - { task: report, output: { answer: text } }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    .output.review == { outcome: "approved" }
    """

  @services
  Scenario: Work Is Divided Among As Many As Are Needed
    Given the workflow in 'patterns/decompose.yaml'
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: examples, name: worker, version: '1.0.0' }
    do:
      - work: { call: agent:1.0.0@default, with: { agent: { name: worker, version: '1.0.0' }, goal: '${ .goal }' } }
      - report:
          emit:
            event:
              with:
                type: io.cadenza.worker.done.v1
                subject: ${ $workflow.input.batch }
                data: '${ { index: $workflow.input.index, finding: .answer } }'
    """
    And the workflow input is:
    """yaml
    goal: all
    """
    And the functions answer:
    """yaml
    - { task: plan, output: { answer: { subgoals: [ a, b, c, d ] } } }
    - { task: work, output: { answer: '${ .goal }' }, delay: PT5S }
    - { task: aggregate, output: { answer: '${ [ .context[].finding ] | join("") }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    abcd
    """
    And 4 executions of 'worker' should complete
    And the workflow should take 'PT5S'

  @services
  Scenario: A Gate Lets A Call Through
    Given the workflow in 'patterns/policy-gate.yaml'
    And the workflow input is:
    """yaml
    { order: 7, amount: 5 }
    """
    And the functions answer:
    """yaml
    - { function: policy, output: { allow: true } }
    - { function: mcp, output: { refunded: '${ .parameters.arguments.order }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    refunded: 7
    """

  @services
  Scenario: A Gate Stops A Call
    Given the workflow in 'patterns/policy-gate.yaml'
    And the workflow input is:
    """yaml
    { order: 7, amount: 5 }
    """
    And the functions answer:
    """yaml
    - { function: policy, output: { allow: false } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { status: 403, title: Denied by policy }
    """
    And refund should be requested 0 times

  Scenario: A Workflow Runs On Weekday Nights
    Given the workflow in 'patterns/nightly.yaml'
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: examples, name: reflection, version: '1.0.0' }
    do: [ { work: { set: { brief: '${ .brief }' } } } ]
    """
    # From Thursday, 2026-01-01, 00:00 on: Thursday, Friday, Monday, Tuesday.
    When the schedule runs for 'P5DT12H'
    Then 4 executions of 'nightly' should complete
    And 4 executions of 'reflection' should complete

  @services
  Scenario: Two Events Of One Order Start A Workflow
    Given the workflow in 'patterns/on-both-events.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: order.paid.v1, subject: o1, data: { paid: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: order.packed.v1, subject: o2, data: { packed: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: order.packed.v1, subject: o1, data: { packed: 1 } }
    """
    When the schedule runs for 'PT1H'
    Then 1 executions of 'on-both-events' should complete
    And an event of type 'order.ship.v1' should be published with:
    """yaml
    data: [ { paid: 1 }, { packed: 1 } ]
    """

  @services
  Scenario: A Workflow Runs Again Some Time After Its End
    Given the workflow in 'patterns/poll.yaml'
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT5M }
    """
    # First after fifteen minutes, then twenty minutes from start to start.
    When the schedule runs for 'PT70M'
    Then 3 executions of 'poll' should complete
