Feature: Time
  As an author of workflows
  I want waits and time-outs to be exact and to outlive the process
  So that a workflow may take days

  @services
  Scenario: A Wait Takes As Long As It Says
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: wait, version: '1.0.0' }
    do:
      - text: { wait: PT90S }
      - object: { wait: { minutes: 1, seconds: 30 } }
      - computed: { wait: '${ .pause }' }
    """
    And the workflow input is:
    """yaml
    pause: P1D
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    pause: P1D
    """
    And the workflow should take 'P1DT3M'

  @services
  Scenario: The Engine Is Restarted While A Wait Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: wait-restart, version: '1.0.0' }
    do:
      - pause: { wait: P30D }
      - after: { set: { done: true } }
    """
    And the engine is restarted after 'P1D'
    And the engine is restarted after 'P29D'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    done: true
    """
    And the workflow should take 'P30D'

  @services
  Scenario: A Time-out Interrupts A Task And Can Be Caught
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: timeout, version: '1.0.0' }
    do:
      - guarded:
          try:
            - slow:
                timeout: { after: PT1M }
                do:
                  - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
          catch:
            errors: { with: { status: 408 } }
            do: [ { late: { set: { late: '${ $error.instance }' } } } ]
    """
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT2M }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    late: /do/0/guarded/try/0/slow
    """
    And ask should cancel
    And slow should fault with error:
    """yaml
    status: 408
    type: https://open-workflow-specification.org/spec/1.0.0/errors/timeout
    """
    And the workflow should take 'PT1M'

  @services
  Scenario: The Engine Is Restarted While A Time-out Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: timeout-restart, version: '1.0.0' }
    do:
      - slow: { wait: PT10M, timeout: { after: PT1M } }
    """
    And the engine is restarted after 'PT30S'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should take 'PT1M'

  @services
  Scenario: The Workflow's Own Time-out Ends It
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: workflow-timeout, version: '1.0.0' }
    timeout: { after: PT1H }
    do:
      - guarded:
          try: [ { slow: { wait: P1D } } ]
          catch: { do: [ { never: { set: { caught: true } } } ] }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should take 'PT1H'

  @services
  Scenario: Time-outs Can Be Named
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: named-timeout, version: '1.0.0' }
    use: { timeouts: { short: { after: PT5S } } }
    do:
      - slow: { wait: P1D, timeout: short }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    instance: /do/0/slow
    """
    And the workflow should take 'PT5S'

  @services
  Scenario: A Suspended Workflow Starts Nothing New
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: suspended, version: '1.0.0' }
    do:
      - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
      - next: { call: http, with: { method: get, endpoint: 'https://x.example' } }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT10S }
    """
    And the workflow is suspended after 'PT5S'
    And the engine is restarted after 'PT30S'
    And the workflow is resumed after 'PT1M'
    When the workflow is executed
    Then the workflow should complete
    And the workflow should take 'PT70S'

  @services
  Scenario: A Cancelled Workflow Cancels What Runs
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: cancelled, version: '1.0.0' }
    do:
      - outer: { do: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ] }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT1H }
    """
    And the workflow is cancelled after 'PT5S'
    When the workflow is executed
    Then the workflow should cancel
    And ask should cancel
    And outer should cancel
    And the workflow should take 'PT5S'

  # until takes the clock of a place, and moves to when work is done there
  Scenario: Until Waits For A Local Time
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-local, version: '1.0.0' }
    do:
      - morning:
          call: until:1.0.0@default
          with: { at: '${ (now + 86400 | strftime("%Y-%m-%d")) + "T09:00" }', timeZone: Asia/Kolkata }
      - tell: { set: { utc: '${ now | strftime("%H:%M") }' } }
    """
    And the engine is restarted after 'PT1H'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    utc: '03:30'
    """

  Scenario: Until Keeps To A Calendar
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-calendar, version: '1.0.0' }
    do:
      - open:
          call: until:1.0.0@default
          with:
            at: '2030-12-24T18:00:00+01:00'
            timeZone: Europe/Berlin
            calendar: { days: [ MON, TUE, WED, THU, FRI ], hours: { from: '09:00', to: '17:00' }, holidays: '${ .holidays }' }
      - tell: { set: '${ now | todate }' }
    """
    And the workflow input is:
    """yaml
    holidays: [ '2030-12-25', '2030-12-26' ]
    """
    And the engine is restarted after 'P30D'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    '2030-12-27T08:00:00Z'
    """

  @services
  Scenario: Until Does Not Wait For What Has Passed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-passed, version: '1.0.0' }
    do:
      - open:
          call: until:1.0.0@default
          with: { at: '2020-01-01T09:00', timeZone: Europe/Berlin, calendar: { hours: { from: '09:00', to: '17:00' } } }
      - tell: { set: { open: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    open: true
    """

  @services
  Scenario: Until Refuses A Time Without A Zone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: until-nowhere, version: '1.0.0' }
    do:
      - open: { call: 'until:1.0.0@default', with: { at: '2030-01-01T09:00' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/open/with' with:
    """
    expected an offset, or a timeZone beside it
    """
