Feature: Data
  As an author of workflows
  I want to know what each expression sees and where data goes
  So that a definition means one thing

  # Decision 9: a skipped task's `then` does not apply
  @services
  Scenario: A Skipped Task Goes On To The Next
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: skip, version: '1.0.0' }
    do:
      - maybe: { if: .go, set: { went: true }, then: end }
      - next: { set: { skipped: '${ . }' } }
    """
    And the workflow input is:
    """yaml
    go: false
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    skipped: { go: false }
    """
    And maybe should not run

  # Decision 10: export.as sees the transformed output
  Scenario: Export Sees The Transformed Output
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: export, version: '1.0.0' }
    do:
      - one:
          set: { raw: 1 }
          output: { as: '${ { transformed: .raw } }' }
          export: { as: '${ { seen: ., output: $output, input: $input } }' }
    """
    And the workflow input is:
    """yaml
    given: true
    """
    When the workflow is executed
    Then the workflow should complete
    And the context should be:
    """yaml
    { seen: { transformed: 1 }, output: { transformed: 1 }, input: { given: true } }
    """

  # Decision 11: the first $context is null
  @services
  Scenario: The Context Begins As Null
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: context, version: '1.0.0' }
    do:
      - one: { set: { context: '${ $context }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    context: null
    """

  # Decision 13: conditions are jq with or without braces
  @services
  Scenario: Conditions Need No Braces
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: braces, version: '1.0.0' }
    do:
      - bare: { if: .n == 1, set: { n: 2 } }
      - braced: { if: '${ .n == 2 }', set: { n: 3 }, output: { as: .n } }
    """
    And the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    3
    """

  # Decision 13: text is text unless the whole of it is an expression
  @services
  Scenario: Text That Holds An Expression In Part Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: partial, version: '1.0.0' }
    do:
      - one: { set: { greeting: 'Hello ${ .name }!' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/set/greeting' with:
    """
    ${
    """

  # Decision 14: no result is null
  @services
  Scenario: No Result Is Null
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: no-result, version: '1.0.0' }
    do:
      - one: { set: { a: '${ empty }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    a: null
    """

  # Decision 14: several results are an error
  @services
  Scenario: Several Results Are An Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: several-results, version: '1.0.0' }
    do:
      - one: { set: { a: '${ 1, 2 }' } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/expression
    status: 400
    instance: /do/0/one
    """

  # Input from outside is data, never an expression
  @services
  Scenario: Data Is Never Evaluated
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: injection, version: '1.0.0' }
    do:
      - one: { set: { echo: '${ .text }' } }
      - two: { set: '${ . }' }
    """
    And the workflow input is:
    """yaml
    text: '${ $workflow }'
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    echo: '${ $workflow }'
    """

  # The schema of the input holds for the raw input
  @services
  Scenario: The Input Is Checked Before It Is Transformed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: input-schema, version: '1.0.0' }
    do:
      - one:
          input:
            schema: { format: json, document: { type: object, required: [ n ], properties: { n: { type: integer } } } }
            from: '${ { m: .n } }'
          set: { m: '${ .m }' }
    """
    And the workflow input is:
    """yaml
    n: seven
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/validation
    status: 400
    instance: /do/0/one
    """

  # That of the output for the transformed one
  @services
  Scenario: The Output Is Checked After It Is Transformed
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: output-schema, version: '1.0.0' }
    do:
      - good:
          set: { n: '7' }
          output: { as: '${ { n: (.n | tonumber) } }', schema: { format: json, document: { properties: { n: { type: integer } } } } }
      - bad:
          set: { n: 7 }
          output: { as: '${ { n: (.n | tostring) } }', schema: { format: json, document: { properties: { n: { type: integer } } } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    instance: /do/1/bad
    """

  @services
  Scenario: The Context Is Checked
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: export-schema, version: '1.0.0' }
    do:
      - one:
          set: { n: 7 }
          export: { as: '${ { n: "x" } }', schema: { format: json, document: { properties: { n: { type: integer } } } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 400
    instance: /do/0/one
    """

  @services
  Scenario: The Workflow Has The Same Stages
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: workflow-stages, version: '1.0.0' }
    input: { from: '${ .inner }', schema: { format: json, document: { required: [ inner ] } } }
    output: { as: '${ { result: .n, from: $workflow.input } }' }
    do:
      - one: { set: { n: '${ .n + 1 }' } }
    """
    And the workflow input is:
    """yaml
    inner: { n: 1 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    result: 2
    from: { inner: { n: 1 } }
    """

  # Decision 21: one jq, without what reaches outside
  @services
  Scenario: Expressions Reach Nothing Outside
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: jq-outside, version: '1.0.0' }
    do:
      - one: { set: { a: '${ env.HOME }' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/set/a' with:
    """
    env
    """

  # Decision 21: steps are counted
  @services
  Scenario: An Expression That Never Ends Is An Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: jq-endless, version: '1.0.0' }
    do:
      - one: { set: { a: '${ [ repeat(1) ] }' } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/expression
    instance: /do/0/one
    """

  # Decision 21: jq's own meaning otherwise
  @services
  Scenario: Expressions Are jq
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: jq, version: '1.0.0' }
    do:
      - one:
          set:
            sum: '${ [ .items[].price ] | add }'
            names: '${ [ .items[] | select(.price > 1) | .name ] | join(",") }'
            pairs: '${ reduce .items[] as $i ({}; .[$i.name] = $i.price) }'
            match: '${ .items[0].name | test("^[a-z]+$") }'
            fallback: '${ .missing.deep // "none" }'
    """
    And the workflow input is:
    """yaml
    items: [ { name: ink, price: 3 }, { name: pin, price: 1 }, { name: pad, price: 2 } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    sum: 6
    names: ink,pad
    pairs: { ink: 3, pin: 1, pad: 2 }
    match: true
    fallback: none
    """

  # Decision 21: `now` is what the journal has, not what the clock shows when it is asked
  Scenario: Now Is The Moment Of The Decision
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: now, version: '1.0.0' }
    do:
      - one: { set: { at: '${ now }' } }
      - pause: { wait: PT1M }
      - two: { set: { same: '${ now == now }', later: '${ now - .at }', begun: '${ .at == $workflow.startedAt.epoch.seconds }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { same: true, later: 60, begun: true }
    """
