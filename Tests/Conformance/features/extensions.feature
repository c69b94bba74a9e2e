Feature: Extensions
  As an author of workflows
  I want to put tasks around others
  So that what cuts across a workflow is written once

  # Decision 20: $task is the extended task; before may not change data
  @services
  Scenario: Before And After Surround The Task
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension, version: '1.0.0' }
    use:
      extensions:
        - audit:
            extend: set
            when: ${ $task.name == "one" }
            before: [ { tell: { emit: { event: { with: { type: before.v1, data: '${ { task: $task.name, data: . } }' } } } } } ]
            after: [ { told: { emit: { event: { with: { type: after.v1, data: '${ . }' } } } } } ]
    do:
      - one: { set: { n: '${ .n + 1 }' } }
      - two: { set: { n: '${ .n + 1 }' } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 3
    """
    And 1 events of type 'before.v1' should be published
    And an event of type 'before.v1' should be published with:
    """yaml
    data: { task: one, data: { n: 1 } }
    """
    And an event of type 'after.v1' should be published with:
    """yaml
    data: { n: 2 }
    """

  # Decision 20: `then: exit` in before bypasses the task
  @services
  Scenario: Exit In Before Replaces The Task
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-exit, version: '1.0.0' }
    use:
      extensions:
        - mock:
            extend: call
            when: ${ $task.definition.with.endpoint | startswith("https://legacy") }
            before: [ { stub: { set: { mocked: true }, then: exit } } ]
    do:
      - ask: { call: http, with: { method: get, endpoint: 'https://legacy.example/x' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    mocked: true
    """
    And ask should be requested 0 times

  # Decision 20: declared order
  @services
  Scenario: Several Extensions Run In The Declared Order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-order, version: '1.0.0' }
    use:
      extensions:
        - first: { extend: set, before: [ { f: { emit: { event: { with: { type: first.v1 } } } } } ] }
        - second: { extend: all, before: [ { s: { emit: { event: { with: { type: second.v1 } } } } } ] }
    do:
      - one: { set: { n: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And the condition should hold:
    """jq
    [ .published[].type ] == [ "first.v1", "second.v1" ]
    """

  @services
  Scenario: A Policy Gate Denies A Call
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-gate, version: '1.0.0' }
    use:
      extensions:
        - policy:
            extend: call
            when: ${ $task.definition.call == "mcp" }
            before:
              - evaluate:
                  call: policy:1.0.0@default
                  with: { policy: tools/allow, input: '${ { call: $task.definition, data: . } }' }
              - deny:
                  if: ${ .allow != true }
                  raise:
                    error:
                      type: https://open-workflow-specification.org/spec/1.0.0/errors/authorization
                      status: 403
                      title: Denied by policy
    do:
      - refund:
          call: mcp
          with:
            method: tools/call
            parameters: { name: refund, arguments: { order: '${ .order }' } }
            transport: { http: { endpoint: 'https://payments.example/mcp' } }
    """
    And the workflow input is:
    """yaml
    order: 7
    """
    And the functions answer:
    """yaml
    - { function: policy, output: { allow: false } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 403
    title: Denied by policy
    """
    And refund should be requested 0 times

  @services
  Scenario: The Engine Is Restarted While An Extension Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-restart, version: '1.0.0' }
    use:
      extensions:
        - slow: { extend: set, before: [ { pause: { wait: PT10S } } ], after: [ { rest: { wait: PT10S } } ] }
    do:
      - one: { set: { n: 1 } }
    """
    And the engine is restarted after 'PT5S'
    And the engine is restarted after 'PT15S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And the workflow should take 'PT20S'

  # Decision 20: not on their own tasks; what before makes of the data is gone
  @services
  Scenario: Extensions Do Not Extend Themselves
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-self, version: '1.0.0' }
    use:
      extensions:
        - one: { extend: all, before: [ { first: { set: { data: lost } } } ] }
        - two: { extend: set, after: [ { second: { set: { data: lost too } } } ] }
    do:
      - task: { set: { n: '${ .n + 1 }' } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 2
    """
    And first should run 1 times
    And second should run 1 times
