Feature: Errors and retries
  As an author of workflows
  I want errors to be matched, retried and handled in one order that is written down
  So that a workflow that fails does so as its author meant

  # Decision 1: all spellings of a standard error's type are the same type
  @services
  Scenario: A Standard Error Is Caught By Any Of Its Spellings
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: spellings, version: '1.0.0' }
    do:
      - first:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/communication' } }
            do: [ { one: { set: { n: 1 } } } ]
      - second:
          try: [ { again: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            errors: { with: { type: 'https://open-workflow-specification.org/dsl/errors/types/communication' } }
            do: [ { two: { set: { n: '${ .n + 1 }' } } } ]
      - third:
          try: [ { last: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/communication' } }
            as: problem
            do: [ { three: { set: { n: '${ .n + 1 }', type: '${ $problem.type }' } } } ]
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 3
    type: https://open-workflow-specification.org/spec/1.0.0/errors/communication
    """

  # Decision 2: retry first; on exhaustion do, then catch.then
  @services
  Scenario: The Handler Runs Once The Retries Are Used Up
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: retry-then-do, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            retry: { delay: PT1S, limit: { attempt: { count: 2 } } }
            do: [ { handler: { set: { handled: '${ $error.status }' } } } ]
            then: end
      - beyond: { set: { never: true } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    handled: 500
    """
    And ask should be requested 3 times
    And handler should run 1 times
    And beyond should not run
    And the workflow should take 'PT2S'

  # Decision 2: without a handler the error goes on
  @services
  Scenario: Without A Handler The Error Is Thrown Again
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: retry-rethrow, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: { type: communication, status: 503 } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 503
    instance: /do/0/guarded/try/0/ask
    """
    And ask should be requested 2 times

  # Decision 2b: `.` is the error, and so is $error, in both conditions
  @services
  Scenario: Conditions Of Catch And Retry See The Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: conditions, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            as: problem
            when: .status >= 400 and $error.status >= 400 and $problem.status >= 400
            retry:
              when: .status == 503 and $error.status == 503 and $problem.status == 503
              delay: PT1S
              limit: { attempt: { count: 5 } }
            do: [ { handler: { set: { status: '${ $problem.status }' } } } ]
    """
    And the functions answer:
    """yaml
    - function: http
      results: [ { fault: { type: communication, status: 503 } }, { fault: { type: communication, status: 404 } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    status: 404
    """
    And ask should be requested 2 times

  # Decision 3: after a retry that succeeds the try's own `then` holds, not the catch's
  @services
  Scenario: A Retry That Succeeds Goes On As The Try Says
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: retry-success, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            retry: { delay: PT1S, limit: { attempt: { count: 3 } } }
            then: wrong
          then: right
      - wrong: { set: { went: wrong }, then: end }
      - right: { set: { went: right }, then: end }
    """
    And the functions answer:
    """yaml
    - { function: http, results: [ { fault: communication }, { output: { ok: true } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    went: right
    """

  # Decision 4: count is the retries after the first try; the waits are delay, twice, four times …
  @services
  Scenario: Exponential Backoff Doubles From The Delay
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: exponential, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And ask should be requested 4 times
    And the workflow should take 'PT7S'

  # Decision 4: linear is delay times the number of the retry
  @services
  Scenario: Linear Backoff Grows By The Delay
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: linear, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT1S, backoff: { linear: {} }, limit: { attempt: { count: 3 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And the workflow should take 'PT6S'

  # Decision 4: factor and maxDelay are read; without them the wait is at most an hour
  @services
  Scenario: Backoff Has A Factor And A Ceiling
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: ceiling, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch:
            retry:
              delay: PT1S
              backoff: { exponential: { factor: 10, maxDelay: PT30S } }
              limit: { attempt: { count: 4 } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And the workflow should take 'PT71S'

  @services
  Scenario: No Wait Is Longer Than An Hour
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: hour, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT50M, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And the workflow should take 'PT170M'

  # Decision 4: jitter is drawn between its bounds and added
  @services
  Scenario: Jitter Is Added To The Wait
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: jitter, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT10S, jitter: { from: PT1S, to: PT5S }, limit: { attempt: { count: 1 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And the condition should hold:
    """jq
    .seconds >= 11 and .seconds <= 15
    """

  # Decision 4b: limit.attempt.duration is about each attempt, and interrupts it
  Scenario: An Attempt That Takes Too Long Is Interrupted And Tried Again
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: attempt-limit, version: '1.0.0' }
    do:
      - guarded:
          try:
            - before: { set: { question: 1 } }
            - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
          catch: { retry: { delay: PT1S, limit: { attempt: { count: 2, duration: PT5S } } } }
    """
    And the functions answer:
    """yaml
    - function: http
      results: [ { fault: communication, delay: PT4S }, { output: late, delay: PT6S }, { output: in time, delay: PT4S } ]
    """
    And the engine is restarted after 'PT7S'
    And the engine is restarted after 'PT12S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    in time
    """
    And ask should be requested 3 times
    And ask should cancel
    And the workflow should take 'PT15S'

  # Decision 4b: what an interrupted attempt fails by is a time-out, and is caught as every error is
  @services
  Scenario: An Interrupted Attempt Counts And Fails By A Time-out
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: attempt-interrupted, version: '1.0.0' }
    do:
      - guarded:
          try: [ { slow: { wait: PT1M } } ]
          catch:
            errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/timeout' } }
            retry: { delay: PT1S, limit: { attempt: { count: 1, duration: PT1S } } }
            do: [ { late: { set: { status: '${ $error.status }', at: '${ $error.instance }' } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    status: 408
    at: /do/0/guarded
    """
    And slow should run 2 times

  # Decision 4b: where the filter asks for other errors, the attempt is not tried again
  @services
  Scenario: An Interrupted Attempt That Nobody Catches Is The Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: attempt-uncaught, version: '1.0.0' }
    do:
      - guarded:
          try: [ { slow: { wait: PT1M } } ]
          catch:
            errors: { with: { status: 503 } }
            retry: { delay: PT1S, limit: { attempt: { count: 1, duration: PT5S } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/timeout
    status: 408
    """
    And the workflow should take 'PT5S'

  # Decision 4b: limit.duration is about all attempts together
  @services
  Scenario: All Attempts Together Have A Limit
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: total-limit, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT4S, limit: { duration: PT10S } } }
    """
    And the functions answer:
    """yaml
    - { function: http, fault: communication }
    """
    When the workflow is executed
    Then the workflow should fault
    And ask should be requested 3 times
    And the workflow should take 'PT8S'

  # A retry that waits lives through a restart
  @services
  Scenario: The Engine Is Restarted While A Retry Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: retry-restart, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT10S, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, results: [ { fault: communication }, { fault: communication }, { output: { ok: true } } ] }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ok: true
    """
    And ask should be requested 3 times
    And the workflow should take 'PT30S'

  @services
  Scenario: The Engine Is Restarted While A Call Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-restart, version: '1.0.0' }
    do:
      - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT10S }
    """
    And the engine is restarted after 'PT5S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ok: true
    """
    And ask should be requested 1 times
