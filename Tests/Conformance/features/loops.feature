Feature: Loops
  As an author of workflows
  I want loops that carry their data and can be left early
  So that a workflow can refine a result

  @services
  Scenario: Each Iteration Takes What The Last One Gave
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-carry, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: .items, at: i }
          do: [ { add: { set: { sum: '${ (.sum // 0) + $item * $i }' } } } ]
    """
    And the workflow input is:
    """yaml
    items: [ 5, 6, 7 ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    sum: 20
    """
    And add should run 3 times

  @services
  Scenario: While Is Asked Before Each Iteration
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-while, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: '${ [ range(0; 10) ] }' }
          while: ${ (.n // 0) < 3 }
          do: [ { add: { set: { n: '${ (.n // 0) + 1 }' } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 3
    """
    And add should run 3 times

  @services
  Scenario: An Empty Loop Gives Its Input
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-empty, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: .items }
          do: [ { never: { set: { a: 1 } } } ]
    """
    And the workflow input is:
    """yaml
    items: []
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    items: []
    """
    And never should not run

  @services
  Scenario: Exit Ends The Iteration Only
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-exit, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: '${ [ 1, 2, 3 ] }' }
          do:
            - note: { set: { seen: '${ (.seen // []) + [ $item ] }' }, then: exit }
            - never: { set: { seen: wrong } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: [ 1, 2, 3 ]
    """

  # Decision 8: end in a loop ends the execution
  @services
  Scenario: End In A Loop Ends The Execution
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-end, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: '${ [ 1, 2, 3 ] }' }
          do: [ { note: { set: { last: '${ $item }' }, then: end } } ]
      - after: { set: { never: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    last: 1
    """
    And after should not run

  @services
  Scenario: The Engine Is Restarted While A Loop Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: for-restart, version: '1.0.0' }
    do:
      - loop:
          for: { each: item, in: '${ [ 1, 2, 3 ] }' }
          do:
            - pause: { wait: PT10S }
            - note: { set: { sum: '${ (.sum // 0) + $item }' } }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    And the engine is restarted after 'PT25S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    sum: 6
    """
    And the workflow should take 'PT30S'

  # Decision 19: pointers into the definition, in loops and retries too
  @services
  Scenario: References Name Neither Iterations Nor Attempts
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: references-loop, version: '1.0.0' }
    do:
      - each:
          for: { in: '${ [ 1, 2 ] }' }
          do:
            - guarded:
                try: [ { no: { raise: { error: { type: 'a:b', status: 418 } } } } ]
                catch:
                  retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
                  do: [ { note: { set: { at: '${ $error.instance }', here: '${ $task.reference }' } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /do/0/each/do/0/guarded/try/0/no
    here: /do/0/each/do/0/guarded/catch/do/0/note
    """
