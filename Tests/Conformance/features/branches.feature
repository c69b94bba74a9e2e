Feature: Branches
  As an author of workflows
  I want parallel branches to be joined in one way that is written down
  So that a workflow gives the same result however its branches happen to run

  # Decision 6: the output is an array in the declared order
  @services
  Scenario: A Fork's Output Is In The Declared Order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-order, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - slow: { call: http, with: { method: get, endpoint: 'https://x.example/slow' } }
              - fast: { call: http, with: { method: get, endpoint: 'https://x.example/fast' } }
              - medium: { call: http, with: { method: get, endpoint: 'https://x.example/medium' } }
    """
    And the functions answer:
    """yaml
    - { task: slow, output: s, delay: PT30S }
    - { task: fast, output: f, delay: PT10S }
    - { task: medium, output: m, delay: PT20S }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ s, f, m ]
    """
    And the workflow should take 'PT30S'

  # Decision 7: the first success wins, the others are cancelled
  @services
  Scenario: The First Success Of Competing Branches Wins
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: compete, version: '1.0.0' }
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
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    winner: fast
    """
    And broken should fault
    And slow should cancel
    And the workflow should take 'PT10S'

  # Decision 7: all fail: the last error
  @services
  Scenario: Competing Branches That All Fail Give The Last Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: compete-fail, version: '1.0.0' }
    do:
      - race:
          fork:
            compete: true
            branches:
              - one: { call: http, with: { method: get, endpoint: 'https://x.example/1' } }
              - two: { call: http, with: { method: get, endpoint: 'https://x.example/2' } }
    """
    And the functions answer:
    """yaml
    - { task: one, fault: { type: communication, status: 503 }, delay: PT9S }
    - { task: two, fault: { type: communication, status: 404 }, delay: PT1S }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 503
    instance: /do/0/race/fork/branches/0/one
    """

  # Without compete a branch that fails ends the fork, and the others are cancelled
  @services
  Scenario: A Failing Branch Ends A Fork
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-fail, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - good: { call: http, with: { method: get, endpoint: 'https://x.example/1' } }
              - bad: { call: http, with: { method: get, endpoint: 'https://x.example/2' } }
    """
    And the functions answer:
    """yaml
    - { task: good, output: { ok: true }, delay: PT10S }
    - { task: bad, fault: { type: communication, status: 503 }, delay: PT1S }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 503
    """
    And good should cancel
    And the workflow should take 'PT1S'

  # Decision 5: each branch has a snapshot; changes to different keys are merged
  Scenario: Branches That Export Different Keys Are Merged
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-context, version: '1.0.0' }
    do:
      - begin: { set: { a: 1 }, export: { as: '${ { kept: 0 } }' } }
      - split:
          fork:
            branches:
              - left: { set: { l: '${ $context.r // "unseen" }' }, export: { as: '${ $context + { l: 1 } }' } }
              - right: { set: { r: '${ $context.l // "unseen" }' }, export: { as: '${ $context + { r: 2 } }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { l: unseen }, { r: unseen } ]
    """
    And the context should be:
    """yaml
    { kept: 0, l: 1, r: 2 }
    """

  # Decision 5: the same key changed twice is an error
  @services
  Scenario: Branches That Export The Same Key Are An Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-conflict, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - left: { set: { l: 1 }, export: { as: '${ { (.key // "same"): 1 } }' } }
              - right: { set: { r: 2 }, export: { as: '${ { (.key // "same"): 2 } }' } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/runtime
    instance: /do/0/split
    """

  # Decision 8: `then` stays in its own list
  @services
  Scenario: A Branch's List Has Its Own Flow
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-then, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - left:
                  do:
                    - a: { set: { at: a }, then: c }
                    - b: { set: { at: b } }
                    - c: { set: { at: c }, then: exit }
                    - d: { set: { at: d } }
              - right: { set: { at: right } }
      - after: { set: '${ { joined: . } }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    joined: [ { at: c }, { at: right } ]
    """
    And b should not run
    And d should not run

  @services
  Scenario: A Jump To Another List Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: foreign-then, version: '1.0.0' }
    do:
      - outer: { do: [ { inner: { set: { a: 1 }, then: after } } ] }
      - after: { set: { b: 1 } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/outer/do/0/inner/then' with:
    """
    after
    """

  # Decision 8: end ends the whole execution and cancels the siblings
  @services
  Scenario: End In A Branch Ends The Execution
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-end, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - slow: { call: http, with: { method: get, endpoint: 'https://x.example' } }
              - quick: { do: [ { stop: { set: { stopped: true }, then: end } } ] }
      - after: { set: { never: true } }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { ok: true }, delay: PT10S }
    """
    When the workflow is executed
    Then the workflow should complete
    And slow should cancel
    And after should not run

  # Decision 19: references point into the definition, iterations are told apart
  @services
  Scenario: References Point Into The Definition
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: references, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - left:
                  for: { each: item, in: '${ [ 1, 2 ] }' }
                  do: [ { see: { set: { at: '${ $task.reference }' } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { at: /do/0/split/fork/branches/0/left/do/0/see } ]
    """
    And see should run 2 times

  @services
  Scenario: The Engine Is Restarted While A Fork Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: fork-restart, version: '1.0.0' }
    do:
      - split:
          fork:
            branches:
              - one: { wait: PT10S }
              - two: { do: [ { pause: { wait: PT20S } }, { then: { set: { b: 2 } } } ] }
    """
    And the workflow input is:
    """yaml
    a: 1
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { a: 1 }, { b: 2 } ]
    """
