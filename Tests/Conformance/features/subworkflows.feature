Feature: Sub-workflows
  As an author of workflows
  I want workflows to run others
  So that what is used twice is written once

  @services
  Scenario: The Child's Output Is The Task's
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: '1.0.0', input: { n: '${ .n + 1 }' } } } }
      - after: { set: { got: '${ .m }' } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do:
      - pause: { wait: PT10S }
      - one: { set: { m: '${ .n * 2 }' } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    got: 4
    """
    And 1 executions of 'child' should complete
    And the workflow should take 'PT10S'

  @services
  Scenario: A Child That Is Not Awaited Goes On Alone
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child:
          run: { await: false, workflow: { namespace: own, name: child, version: '1.0.0', input: { n: 5 } } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do: [ { pause: { wait: PT1H } } ]
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And the workflow should take 'PT0S'
    And 1 executions of 'child' should complete

  # Decision 24: the child's error passes through with the parent's pointer
  @services
  Scenario: The Child's Error Is The Task's
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: '1.0.0' } } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do: [ { no: { raise: { error: { type: 'https://own.example/no', status: 422, title: No } } } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { type: 'https://own.example/no', status: 422, title: No, instance: /do/0/child }
    """
    And 1 executions of 'child' should fault

  # Decision 24: cancelling the parent cancels the children
  @services
  Scenario: Cancelling The Parent Cancels The Child
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: '1.0.0' } } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do: [ { pause: { wait: P1D } } ]
    """
    And the workflow is cancelled after 'PT1H'
    When the workflow is executed
    Then the workflow should cancel
    And 1 executions of 'child' should cancel

  @services
  Scenario: A Time-out Cancels The Child
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child:
          timeout: { after: PT1H }
          run: { workflow: { namespace: own, name: child, version: '1.0.0' } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do: [ { pause: { wait: P1D } } ]
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And 1 executions of 'child' should cancel

  # Decision 24: latest is resolved at the start and recorded
  @services
  Scenario: Latest Is The Newest Release
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: latest } } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.9.0' }
    do: [ { one: { set: { version: 1.9 } } } ]
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.10.0' }
    do: [ { one: { set: { version: '1.10' } } } ]
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '2.0.0-rc.1' }
    do: [ { one: { set: { version: '2.0' } } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    version: '1.10'
    """
    And the condition should hold:
    """jq
    .executions[0].definition == "own/child:1.10.0"
    """

  @services
  Scenario: A Workflow That Does Not Exist Is An Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: nobody, version: '1.0.0' } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    instance: /do/0/child
    """

  # Decision 8: end in a child ends the child only
  @services
  Scenario: End In A Child Ends The Child
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: '1.0.0' } } }
      - after: { set: { after: '${ . }' } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do:
      - one: { set: { a: 1 }, then: end }
      - two: { set: { a: 2 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    after: { a: 1 }
    """

  @services
  Scenario: The Engine Is Restarted While A Child Is Waiting
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: parent, version: '1.0.0' }
    do:
      - child: { run: { workflow: { namespace: own, name: child, version: '1.0.0' } } }
    """
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: child, version: '1.0.0' }
    do:
      - pause: { wait: PT10S }
      - one: { set: { ok: true } }
    """
    And the engine is restarted after 'PT5S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    ok: true
    """
