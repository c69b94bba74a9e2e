Feature: Lifecycle events
  As an operator
  I want to be told of what happens in the specification's own words
  So that any tool that knows them understands us

  @services
  Scenario: A Workflow And Its Tasks Tell Of Their Lives
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life, version: '1.0.0' }
    do:
      - one: { set: { a: 1 } }
      - two: { wait: PT1S }
    """
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    - workflow.started
    - task.created one
    - task.started one
    - task.completed one
    - task.created two
    - task.started two
    - task.completed two
    - workflow.completed
    """

  @services
  Scenario: A Retry Is Told Of
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life-retry, version: '1.0.0' }
    do:
      - guarded:
          try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
          catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
    """
    And the functions answer:
    """yaml
    - { function: http, results: [ { fault: communication }, { output: 1 } ] }
    """
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    - workflow.started
    - task.created guarded
    - task.started guarded
    - task.created ask
    - task.started ask
    - task.faulted ask
    - task.retried guarded
    - task.started ask
    - task.completed ask
    - task.completed guarded
    - workflow.completed
    """

  @services
  Scenario: A Fault Is Told Of
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life-fault, version: '1.0.0' }
    do: [ { no: { raise: { error: { type: 'a:b', status: 400 } } } } ]
    """
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    [ workflow.started, task.created no, task.started no, task.faulted no, workflow.faulted ]
    """

  @services
  Scenario: Pauses And The Cancel Are Told Of
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life-pause, version: '1.0.0' }
    do: [ { long: { wait: P1D } } ]
    """
    And the workflow is suspended after 'PT1S'
    And the workflow is resumed after 'PT2S'
    And the workflow is cancelled after 'PT3S'
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    - workflow.started
    - task.created long
    - task.started long
    - workflow.suspended
    - task.suspended long
    - workflow.resumed
    - task.resumed long
    - task.cancelled long
    - workflow.cancelled
    """

  @services
  Scenario: A Wait For Events Is Told Of
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: life-listen, version: '1.0.0' }
    do: [ { hear: { listen: { to: { one: { with: { type: a.v1 } } } } } } ]
    """
    And the event is published after 'PT1S':
    """yaml
    { type: a.v1, data: 1 }
    """
    When the workflow is executed
    Then the lifecycle events should be:
    """yaml
    - workflow.started
    - task.created hear
    - task.started hear
    - workflow.correlation-started
    - workflow.correlation-completed
    - task.completed hear
    - workflow.completed
    """
