Feature: Events
  As an author of workflows
  I want executions to wait for events, and to miss none
  So that a workflow can be driven by what happens outside

  # Decision 12: the output of emit is the event
  @services
  Scenario: The Output Of Emit Is The Event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: emit-output, version: '1.0.0' }
    do:
      - tell:
          emit: { event: { with: { type: told.v1, source: 'https://own.example', data: { n: '${ .n + 1 }' } } } }
          output: { as: '${ { type, data } }' }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { type: told.v1, data: { n: 2 } }
    """
    And 1 events of type 'told.v1' should be published
    And an event of type 'told.v1' should be published with:
    """yaml
    { specversion: '1.0', source: 'https://own.example', data: { n: 2 } }
    """

  @services
  Scenario: Listen To One Event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-one, version: '1.0.0' }
    do:
      - hear: { listen: { to: { one: { with: { type: wanted.v1, subject: 'a|b' } } } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: other.v1, data: { n: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: wanted.v1, subject: c, data: { n: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: wanted.v1, subject: b, data: { n: 3 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 3 } ]
    """
    And the workflow should take 'PT3S'

  @services
  Scenario: The Whole Event Or Its Text Can Be Read
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-read, version: '1.0.0' }
    do:
      - whole:
          listen: { to: { one: { with: { type: a.v1 } } }, read: envelope }
          output: { as: '${ { type: .[0].type, id: .[0].id } }' }
      - text:
          listen: { to: { one: { with: { type: b.v1 } } }, read: raw }
          output: { as: '${ $input + { text: .[0] } }' }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, id: e1, data: 1 }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: b.v1, data: { n: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { type: a.v1, id: e1, text: '{"n":1}' }
    """

  @services
  Scenario: Listen To All Events In Any Order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-all, version: '1.0.0' }
    do:
      - hear: { listen: { to: { all: [ { with: { type: a.v1 } }, { with: { type: b.v1 } } ] } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: b.v1, data: first }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: b.v1, data: second }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: third }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ first, third ]
    """

  # Decision 15: any without until is over with the first event
  @services
  Scenario: Listen To Any Takes The First Event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-any, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } }, { with: { type: b.v1 } } ] } } }
      - anything: { listen: { to: { any: [] } }, output: { as: '${ $input + . }' } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: b.v1, data: first }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: c.v1, data: second }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    .output[0] == "first" and (.output | length == 2)
    """

  # Decision 15: it goes on for ever with until false
  @services
  Scenario: Listen Goes On Until Its Condition Holds
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-until, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } } ], until: '([ .[].n ] | add) >= 6' } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: a.v1, data: { n: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: { n: 3 } }
    """
    And the event is published after 'PT4S':
    """yaml
    { type: a.v1, data: { n: 4 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1 }, { n: 2 }, { n: 3 } ]
    """

  @services
  Scenario: Listen Until False Never Ends
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-forever, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } } ], until: '${ false }' } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    When the workflow is executed for 'P30D'
    Then the workflow should be waiting

  @services
  Scenario: Listen Until Another Event Comes
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-until-event, version: '1.0.0' }
    do:
      - hear:
          listen:
            to:
              any: [ { with: { type: a.v1 } } ]
              until: { one: { with: { type: stop.v1 } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { n: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: stop.v1, data: { n: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: { n: 3 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1 } ]
    """
    And the workflow should take 'PT2S'

  @services
  Scenario: Each Event Is Handled In Its Turn
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-foreach, version: '1.0.0' }
    do:
      - hear:
          listen: { to: { any: [ { with: { type: a.v1 } } ], until: 'length == 2' } }
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
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { n: 1, i: 0 }, { n: 2, i: 1 } ]
    """
    And the workflow should take 'PT21S'

  # Decision 16: expect binds to the instance
  @services
  Scenario: An Expected Key Ties Events To The Instance
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: correlate-expect, version: '1.0.0' }
    do:
      - hear:
          listen:
            to:
              one:
                with: { type: paid.v1 }
                correlate: { order: { from: .data.order, expect: '${ .order }' } }
    """
    And the workflow input is:
    """yaml
    order: '7'
    """
    And the event is published after 'PT1S':
    """yaml
    { type: paid.v1, data: { order: '8' } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: paid.v1, data: { order: '7' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { order: '7' } ]
    """

  # Decision 16: without expect the first value fixes the key
  @services
  Scenario: The First Event's Key Ties The Others
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: correlate-first, version: '1.0.0' }
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
    And the event is published after 'PT2S':
    """yaml
    { type: packed.v1, data: { order: 2 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: packed.v1, data: { order: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { order: 1 }, { order: 1 } ]
    """

  # Decision 16: events that come before the listen are kept
  @services
  Scenario: An Event That Comes Early Is Kept
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-early, version: '1.0.0' }
    do:
      - pause: { wait: PT1H }
      - hear: { listen: { to: { one: { with: { type: a.v1 } } } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: early }
    """
    And the engine is restarted after 'PT1M'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ early ]
    """
    And the workflow should take 'PT1H'

  @services
  Scenario: The Engine Is Restarted While A Listen Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-restart, version: '1.0.0' }
    do:
      - hear:
          listen:
            to:
              any: [ { with: { type: a.v1 }, correlate: { k: { from: .data.k } } } ]
              until: length == 2
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: { k: 1, n: 1 } }
    """
    And the engine is restarted after 'PT2S'
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, data: { k: 2, n: 2 } }
    """
    And the engine is restarted after 'PT4S'
    And the event is published after 'PT5S':
    """yaml
    { type: a.v1, data: { k: 1, n: 3 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { k: 1, n: 1 }, { k: 1, n: 3 } ]
    """

  @services
  Scenario: A Time-out Ends A Listen
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-timeout, version: '1.0.0' }
    do:
      - hear:
          listen: { to: { one: { with: { type: a.v1 } } } }
          timeout: { after: PT1M }
    """
    And the event is published after 'PT2M':
    """yaml
    { type: a.v1, data: late }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    instance: /do/0/hear
    """

  @services
  Scenario: Executions Reach Each Other By Events
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-self, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - hear: { listen: { to: { one: { with: { type: told.v1 } } } } }
              - tell: { emit: { event: { with: { type: told.v1, data: { n: 1 } } } }, output: { as: '${ .data }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ [ { n: 1 } ], { n: 1 } ]
    """

  # A duplicate of an event counts once
  @services
  Scenario: An Event That Comes Twice Counts Once
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-twice, version: '1.0.0' }
    do:
      - hear: { listen: { to: { any: [ { with: { type: a.v1 } } ], until: 'length == 2' } } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, id: same, source: s, data: 1 }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: a.v1, id: same, source: s, data: 1 }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: a.v1, id: other, source: s, data: 2 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 1, 2 ]
    """

  # Decision 16: keys are remembered while the task is active, so the next time others count
  @services
  Scenario: Keys Are Forgotten When A Wait Is Over
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: correlate-loop, version: '1.0.0' }
    do:
      - twice:
          for: { in: '${ [ 1, 2 ] }' }
          do:
            - hear:
                listen:
                  to:
                    all:
                      - { with: { type: paid.v1 }, correlate: { order: { from: .data.order } } }
                      - { with: { type: packed.v1 }, correlate: { order: { from: .data.order } } }
                output: { as: '${ [ .[].order ] }' }
                export: { as: '${ ($context // []) + [ . ] }' }
      - all: { set: { orders: '${ $context }' } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: paid.v1, data: { order: 1 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: packed.v1, data: { order: 1 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: paid.v1, data: { order: 2 } }
    """
    And the event is published after 'PT4S':
    """yaml
    { type: packed.v1, data: { order: 2 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    orders: [ [ 1, 1 ], [ 2, 2 ] ]
    """
