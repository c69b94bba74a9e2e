Feature: Restarts
  As an operator
  I want a restart to be no event in the life of a workflow
  So that the engine can be moved, updated and lost at any moment

  @services
  Scenario: A Race Goes On After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: compete-restart, version: '1.0.0' }
    do:
      - race:
          fork:
            compete: true
            branches:
              - broken: { call: http, with: { method: get, endpoint: 'https://x.example/broken' } }
              - fast: { call: http, with: { method: get, endpoint: 'https://x.example/fast' } }
              - slow: { call: http, with: { method: get, endpoint: 'https://x.example/slow' } }
    """
    And the functions answer:
    """yaml
    - { task: broken, fault: communication, delay: PT1S }
    - { task: fast, output: { winner: fast }, delay: PT10S }
    - { task: slow, output: { winner: slow }, delay: PT20S }
    """
    And the engine is restarted after 'PT5S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    winner: fast
    """
    And slow should cancel
    And the workflow should take 'PT10S'

  @services
  Scenario: A Race Of Waits Goes On After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: race-restart, version: '1.0.0' }
    do:
      - race:
          fork:
            compete: true
            branches:
              - slow: { do: [ { long: { wait: PT1M } }, { lost: { set: { winner: slow } } } ] }
              - fast: { do: [ { short: { wait: PT3S } }, { won: { set: { winner: fast } } } ] }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    winner: fast
    """
    And lost should not run

  @services
  Scenario: A Fork Joins In The Declared Order After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: join-restart, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - slow: { do: [ { long: { wait: PT4S } }, { one: { set: { n: 1 } } } ] }
              - fast: { do: [ { short: { wait: PT1S } }, { two: { set: { n: 2 } } } ] }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1 }, { n: 2 } ]
    """

  @services
  Scenario: Branches Keep Their Own Context Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: context-restart, version: '1.0.0' }
    do:
      - begin: { set: { a: 1 }, export: { as: { kept: 0 } } }
      - split:
          fork:
            branches:
              - left:
                  do:
                    - mark: { set: { l: 1 }, export: { as: '${ $context + { l: 1 } }' } }
                    - rest: { wait: PT3S }
                    - seen: { set: { sees: '${ $context }' } }
              - right:
                  do:
                    - pause: { wait: PT1S }
                    - note: { set: { r: 2 }, export: { as: '${ $context + { r: 2 } }' } }
                    - look: { set: { sees: '${ $context }' } }
      - all: { set: { branches: '${ . }', context: '${ $context }' } }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    branches: [ { sees: { kept: 0, l: 1 } }, { sees: { kept: 0, r: 2 } } ]
    context: { kept: 0, l: 1, r: 2 }
    """

  @services
  Scenario: A Map Keeps Its Items And Their Order Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: map-restart, version: '1.0.0' }
    do:
      - each:
          call: map:1.0.0@default
          with:
            in: '${ .items }'
            concurrency: 2
            do: [ { pause: { wait: '${ "PT\(.)S" }' } }, { note: { set: { item: '${ $item }', at: '${ $index }' } } } ]
    """
    And the workflow input is:
    """yaml
    items: [ 3, 1, 2 ]
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { item: 3, at: 0 }, { item: 1, at: 1 }, { item: 2, at: 2 } ]
    """

  @services
  Scenario: One Expected Event Is Waited For Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: one-restart, version: '1.0.0' }
    do:
      - hear:
          listen:
            to: { one: { with: { type: paid.v1 }, correlate: { order: { from: .data.order, expect: '${ .order }' } } } }
    """
    And the workflow input is:
    """yaml
    order: '7'
    """
    And the event is published after 'PT1S':
    """yaml
    { type: paid.v1, data: { order: '8' } }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: paid.v1, data: { order: '7' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { order: '7' } ]
    """

  @services
  Scenario: All Events Are Gathered Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: all-restart, version: '1.0.0' }
    do:
      - hear: { listen: { to: { all: [ { with: { type: a.v1 } }, { with: { type: b.v1 } }, { with: { type: c.v1 } } ] } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: c.v1, data: 3 }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: 1 }
    """
    And the engine is restarted after 'PT4S'
    And the event is published after 'PT5S':
    """yaml
    { type: b.v1, data: 2 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 3, 1, 2 ]
    """

  @services
  Scenario: Any Event Ends The Wait After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: any-restart, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } }, { with: { type: b.v1 } } ] } } }
    """
    And the engine is restarted after 'PT1S'
    And the event is published after 'PT2S':
    """yaml
    { type: b.v1, data: first }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ first ]
    """

  @services
  Scenario: What Was Heard Counts Towards The Condition After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-restart, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } } ], until: '([ .[].n ] | add) >= 3' } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: { n: 2 } }
    """
    And the event is published after 'PT4S':
    """yaml
    { type: a.v1, data: { n: 9 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1 }, { n: 2 } ]
    """

  @services
  Scenario: Another Event Ends The Wait After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-event-restart, version: '1.0.0' }
    do:
      - hear:
          listen: { to: { any: [ { with: { type: a.v1 } } ], until: { one: { with: { type: stop.v1 } } } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: stop.v1 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1 } ]
    """
    And the workflow should take 'PT3S'

  @services
  Scenario: The Event In Hand And Those Behind It Survive A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: foreach-restart, version: '1.0.0' }
    do:
      - hear:
          listen: { to: { any: [ { with: { type: a.v1 } } ], until: 'length == 3' } }
          foreach:
            item: event
            at: i
            do:
              - pause: { wait: PT10S }
              - note: { set: { n: '${ $event.n }', i: '${ $i }' } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: a.v1, data: { n: 2 } }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    And the event is published after 'PT30S':
    """yaml
    { type: a.v1, data: { n: 3 } }
    """
    And the engine is restarted after 'PT35S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1, i: 0 }, { n: 2, i: 1 }, { n: 3, i: 2 } ]
    """
    And the workflow should take 'PT40S'

  @services
  Scenario: The First Event's Key Is Remembered Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: key-restart, version: '1.0.0' }
    do:
      - hear:
          listen:
            to:
              all:
                - { with: { type: paid.v1 }, correlate: { order: { from: .data.order } } }
                - { with: { type: packed.v1 }, correlate: { order: { from: .data.order } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: paid.v1, data: { order: 1 } }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: packed.v1, data: { order: 2 } }
    """
    And the event is published after 'PT4S':
    """yaml
    { type: packed.v1, data: { order: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { order: 1 }, { order: 1 } ]
    """

  @services
  Scenario: The Workflow's Time Goes On Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: limit-restart, version: '1.0.0' }
    timeout: { after: PT10S }
    do: [ { slow: { wait: PT1M } } ]
    """
    And the engine is restarted after 'PT6S'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should take 'PT10S'

  @services
  Scenario: A Handler Keeps Its Error And Its Way On Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: handler-restart, version: '1.0.0' }
    do:
      - guarded:
          try: [ { no: { raise: { error: { type: 'a:b', status: 418 } } } } ]
          catch:
            as: problem
            retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
            do:
              - pause: { wait: PT2S }
              - note: { set: { status: '${ $problem.status }', at: '${ $problem.instance }' } }
            then: right
          then: wrong
      - wrong: { set: { went: wrong }, then: end }
      - right: { set: '${ . + { went: "right" } }', then: end }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { status: 418, at: /do/0/guarded/try/0/no, went: right }
    """
    And no should run 2 times

  @services
  Scenario: The Waits Between Retries Grow On Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: backoff-restart, version: '1.0.0' }
    do:
      - guarded:
          try: [ { no: { raise: { error: { type: 'a:b', status: 418 } } } } ]
          catch: { retry: { delay: PT10S, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } } }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT20S'
    And the engine is restarted after 'PT40S'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 418
    """
    And no should run 4 times
    And the workflow should take 'PT1M10S'

  @services
  Scenario: An Extension Replaces Its Task After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: exit-restart, version: '1.0.0' }
    use:
      extensions:
        - mock:
            extend: call
            before: [ { pause: { wait: PT2S } }, { stub: { set: { mocked: true }, then: exit } } ]
    do:
      - ask: { call: http, with: { method: get, endpoint: 'https://legacy.example/x' } }
      - on: { set: '${ . + { on: true } }' }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { mocked: true, on: true }
    """

  @services
  Scenario: What Comes After A Task Sees Its Output After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: after-restart, version: '1.0.0' }
    use:
      extensions:
        - tell:
            extend: set
            after: [ { pause: { wait: PT5S } }, { told: { emit: { event: { with: { type: after.v1, data: '${ . }' } } } } } ]
    do:
      - one: { set: { n: '${ .n + 1 }' } }
      - two: { do: [ { rest: { wait: PT1S } } ] }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    And the engine is restarted after 'PT3S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 2
    """
    And an event of type 'after.v1' should be published with:
    """yaml
    data: { n: 2 }
    """

  @services
  Scenario: A Child Goes On Alone Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { await: false, workflow: { namespace: own, name: child, version: '1.0.0', input: { n: 5 } } } }
      - rest: { wait: PT10S }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do:
      - pause: { wait: PT1H }
      - tell: { emit: { event: { with: { type: child.v1, data: '${ .n }' } } } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT30M'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And 1 executions of 'child' should complete
    And an event of type 'child.v1' should be published with:
    """yaml
    data: 5
    """

  @services
  Scenario: A Function Keeps Its Arguments Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: function-restart, version: '1.0.0' }
    use:
      functions:
        slow: { do: [ { pause: { wait: PT2S } }, { give: { set: { sum: '${ .a + .b }' } } } ] }
    do:
      - sum: { call: slow, with: { a: '${ .n }', b: 2 } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    sum: 3
    """

  @services
  Scenario: Data Are Checked After A Restart As Before
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: schema-restart, version: '1.0.0' }
    do:
      - before: { set: { n: 1 }, export: { as: { skip: true } } }
      - slow:
          do: [ { pause: { wait: PT2S } } ]
          output: { as: { n: '${ .n + 1 }' }, schema: { document: { properties: { n: { maximum: 2 } } } } }
      - never: { if: '${ $context.skip | not }', set: { n: 0 } }
      - wrong:
          input: { schema: { document: { properties: { n: { maximum: 1 } } } } }
          set: { never: true }
    """
    And the engine is restarted at every step
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    instance: /do/3/wrong
    """
    And never should not run

  Scenario: A Calendar Starts Executions After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: cron-restart, version: '1.0.0' }
    schedule: { cron: '0 * * * *' }
    do: [ { work: { set: { a: 1 } } } ]
    """
    And the engine is restarted after 'PT30M'
    And the engine is restarted after 'PT90M'
    When the schedule runs for 'PT2H30M'
    Then 2 executions of 'cron-restart' should complete

  @services
  Scenario: What Counts From The End Does So After A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: after-end-restart, version: '1.0.0' }
    schedule: { after: PT10M }
    do: [ { slow: { wait: PT15M } } ]
    """
    # In the first pause, in the first execution, in the second pause.
    And the engine is restarted after 'PT5M'
    And the engine is restarted after 'PT20M'
    And the engine is restarted after 'PT30M'
    When the schedule runs for 'PT55M'
    # Begun at 10 and 35 minutes.
    Then 2 executions of 'after-end-restart' should complete

  @services
  Scenario: Nothing Is Told Twice Or Left Out Over A Restart
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life-restart, version: '1.0.0' }
    do:
      - guarded:
          try: [ { pause: { wait: PT10S } }, { no: { raise: { error: { type: 'a:b', status: 418 } } } } ]
          catch: { retry: { delay: PT10S, limit: { attempt: { count: 1 } } }, do: [ { rest: { wait: PT10S } } ] }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    And the engine is restarted after 'PT25S'
    And the engine is restarted after 'PT35S'
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    - workflow.started
    - task.created guarded
    - task.started guarded
    - task.created pause
    - task.started pause
    - task.completed pause
    - task.created no
    - task.started no
    - task.faulted no
    - task.retried guarded
    - task.created pause
    - task.started pause
    - task.completed pause
    - task.created no
    - task.started no
    - task.faulted no
    - task.created rest
    - task.started rest
    - task.completed rest
    - task.completed guarded
    - workflow.completed
    """
