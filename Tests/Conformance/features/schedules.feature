Feature: Schedules
  As an author of workflows
  I want executions to start by themselves
  So that nobody has to remember

  @services
  Scenario: Every Starts Again And Again, Ended Or Not
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: every, version: '1.0.0' }
    schedule: { every: PT10M }
    do: [ { slow: { wait: PT15M } } ]
    """
    When the schedule runs for 'PT46M'
    # Begun at 10, 20, 30 and 40 minutes.
    Then 3 executions of 'every' should complete
    And the condition should hold:
    """jq
    [ .executions[].status ] == [ "completed", "completed", "completed", "waiting" ]
    """

  Scenario: Cron Starts By The Calendar
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: cron, version: '1.0.0' }
    schedule: { cron: '30 2 * * 6,0' }
    do: [ { work: { set: { at: '${ $workflow.startedAt.iso8601 }' } } } ]
    """
    # From Thursday, 2026-01-01, on.
    When the schedule runs for 'P9D'
    Then 2 executions of 'cron' should complete
    And the condition should hold:
    """jq
    [ .executions[].output.at ] == [ "2026-01-03T02:30:00Z", "2026-01-04T02:30:00Z" ]
    """

  Scenario: Cron May Name A Zone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: cron-zone, version: '1.0.0' }
    schedule: { cron: '0 2 * * *', timeZone: Europe/Berlin }
    do: [ { work: { set: { at: '${ $workflow.startedAt.iso8601 }' } } } ]
    """
    When the schedule runs for 'P1D'
    Then the condition should hold:
    """jq
    [ .executions[].output.at ] == [ "2026-01-01T01:00:00Z" ]
    """

  @services
  Scenario: After Counts From The End
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: after, version: '1.0.0' }
    schedule: { after: PT10M }
    do: [ { slow: { wait: PT15M } } ]
    """
    When the schedule runs for 'PT55M'
    # Begun at 10 and 35 minutes.
    Then 2 executions of 'after' should complete

  # Decision 17: the input is the list of the events' data
  @services
  Scenario: The Input Is What Is Read Of The Events
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: on-one, version: '1.0.0' }
    schedule: { on: { one: { with: { type: claim.v1 } } } }
    do: [ { work: { set: { got: '${ . }' } } } ]
    """
    And the event is published after 'PT1S':
    """yaml
    { type: claim.v1, data: { n: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: other.v1, data: { n: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: claim.v1, data: { n: 3 } }
    """
    When the schedule runs for 'PT1H'
    Then 2 executions of 'on-one' should complete
    And the condition should hold:
    """jq
    [ .executions[].output.got ] | sort == [ [ { n: 1 } ], [ { n: 3 } ] ]
    """

  # Decision 17: who does not say what is read is told what is
  Scenario: Without Read The Author Is Warned
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: on-one, version: '1.0.0' }
    schedule: { on: { one: { with: { type: claim.v1 } } } }
    do: [ { work: { set: { got: '${ . }' } } } ]
    """
    When the workflow is registered
    Then the definition should be accepted
    And the definition should be doubted at '/schedule' with:
    """
    an array of the events' data
    """

  # Decision 17: or the whole events
  @services
  Scenario: The Input May Be The Whole Events
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: on-envelope, version: '1.0.0' }
    schedule: { on: { one: { with: { type: claim.v1 } } }, read: envelope }
    do: [ { work: { set: { got: '${ .[0] | { type, data } }' } } } ]
    """
    And the event is published after 'PT1S':
    """yaml
    { type: claim.v1, data: { n: 1 } }
    """
    When the schedule runs for 'PT1H'
    Then the condition should hold:
    """jq
    .executions[0].output.got == { type: "claim.v1", data: { n: 1 } }
    """

  @services
  Scenario: Events Of One Key Start One Execution
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: on-all, version: '1.0.0' }
    schedule:
      on:
        all:
          - { with: { type: paid.v1 }, correlate: { order: { from: .subject } } }
          - { with: { type: packed.v1 }, correlate: { order: { from: .subject } } }
    do: [ { work: { set: { got: '${ . }' } } } ]
    """
    And the event is published after 'PT1S':
    """yaml
    { type: paid.v1, subject: a, data: 1 }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: packed.v1, subject: b, data: 2 }
    """
    And the engine is restarted after 'PT3S'
    And the event is published after 'PT4S':
    """yaml
    { type: packed.v1, subject: a, data: 3 }
    """
    And the event is published after 'PT5S':
    """yaml
    { type: paid.v1, subject: b, data: 4 }
    """
    When the schedule runs for 'PT1H'
    Then the condition should hold:
    """jq
    [ .executions[].output.got ] | sort == [ [ 1, 3 ], [ 2, 4 ] ]
    """

  @services
  Scenario: The Engine Is Restarted While A Schedule Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: every-restart, version: '1.0.0' }
    schedule: { every: PT10M }
    do: [ { work: { set: { a: 1 } } } ]
    """
    And the engine is restarted after 'PT5M'
    And the engine is restarted after 'PT15M'
    When the schedule runs for 'PT25M'
    Then 2 executions of 'every-restart' should complete

  @services
  Scenario: Two Kinds Of Schedule Are Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: two-kinds, version: '1.0.0' }
    schedule: { every: PT10M, cron: 0 0 * * * }
    do: [ { work: { set: { a: 1 } } } ]
    """
    When the workflow is registered
    Then the definition should be refused at '/schedule' with:
    """
    one of every, cron, after, on
    """


  @services
  Scenario: The Engine Is Restarted While The Calendar Is Waited For
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: cron-restart, version: '1.0.0' }
    schedule: { cron: '* * * * *' }
    do: [ { work: { set: { done: true } } } ]
    """
    And the engine is restarted after 'PT5S'
    When the schedule runs for 'PT65S'
    Then the condition should hold:
    """jq
    (.executions | length) >= 1 and ([ .executions[].output ] | all(. == { done: true }))
    """
