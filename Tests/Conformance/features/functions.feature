Feature: Functions
  As an author of workflows
  I want to name what is called in more than one place
  So that it is written once

  # Decision 22: `with` is the function's raw input
  @services
  Scenario: The Arguments Are The Function's Input
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: functions, version: '1.0.0' }
    use:
      functions:
        greet:
          input: { schema: { format: json, document: { type: object, required: [ name ] } } }
          set: { greeting: '${ "Hello \(.name)" }' }
    do:
      - one: { call: greet, with: { name: '${ .who }' } }
    """
    And the workflow input is:
    """yaml
    who: Ann
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    greeting: Hello Ann
    """

  # Decision 22: its schema is checked
  @services
  Scenario: A Function's Input Is Checked
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: functions-schema, version: '1.0.0' }
    use:
      functions:
        greet:
          input: { schema: { format: json, document: { type: object, required: [ name ] } } }
          set: { greeting: '${ "Hello \(.name)" }' }
    do:
      - one: { call: greet, with: { nome: '${ .who }' } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/validation
    status: 400
    """

  @services
  Scenario: A Function May Call
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: functions-call, version: '1.0.0' }
    use:
      functions:
        specialist:
          call: agent:1.0.0@default
          with: { agent: { name: '${ .agent }', version: '1.0.0' }, goal: '${ .goal }' }
          output: { as: '${ { agent: $input.agent, finding: .answer } }' }
    do:
      - split:
          fork:
            branches:
              - legal: { call: specialist, with: { agent: legal, goal: a } }
              - finance: { call: specialist, with: { agent: finance, goal: b } }
    """
    And the functions answer:
    """yaml
    - { function: agent, output: { answer: '${ .agent.name + ":" + .goal }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - { agent: legal, finding: 'legal:a' }
    - { agent: finance, finding: 'finance:b' }
    """

  @services
  Scenario: Texts Become Vectors
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: functions-embed, version: '1.0.0' }
    do:
      - vectors:
          call: embed:1.0.0@default
          with: { texts: '${ .texts }' }
          output:
            as: '${ { model, dimensions, same: (.vectors[0] == .vectors[2]), other: (.vectors[0] == .vectors[1]) } }'
    """
    And the workflow input is:
    """yaml
    texts: [ a burst pipe, stolen bicycles, a burst pipe ]
    """
    And the functions answer in one process:
    """yaml
    - function: embed
      output: { model: cadenza-hashing-384, dimensions: 384, vectors: '${ [ .texts[] | [ length ] ] }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    model: cadenza-hashing-384
    dimensions: 384
    same: true
    other: false
    """

  @services
  Scenario: A Function That Nobody Knows Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: functions-unknown, version: '1.0.0' }
    do: [ { one: { call: nobody, with: {} } } ]
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/call' with:
    """
    nobody
    """

  # Decision 23: MCP over HTTP runs
  @services
  Scenario: MCP Over HTTP Is A Call
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: mcp-http, version: '1.0.0' }
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
    - { function: mcp, output: { refunded: '${ .parameters.arguments.order }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    refunded: 7
    """

  # What this runtime does not run is refused at registration
  @services
  Scenario: gRPC Is Refused At Registration
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: grpc, version: '1.0.0' }
    do:
      - one:
          call: grpc
          with:
            proto: { endpoint: 'https://own.example/a.proto' }
            service: { name: A, host: localhost }
            method: m
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/call' with:
    """
    grpc
    """

  @services
  Scenario: Containers Are Refused At Registration
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: container, version: '1.0.0' }
    do: [ { one: { run: { container: { image: fake-image } } } } ]
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/run/container' with:
    """
    container
    """

  # What stands elsewhere is bundled into the document; nothing is fetched for a definition that is registered
  Scenario: A Function Of A Catalogue Runs Once It Is Bundled
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: catalogued, version: '1.0.0' }
    use: { catalogs: { own: { endpoint: 'https://own.example/catalogue' } } }
    do: [ { one: { call: 'double:1.0.0@own', with: { n: '${ .n }' } } } ]
    """
    And the document at 'https://own.example/catalogue/functions/double/1.0.0/function.yaml' is:
    """yaml
    input: { schema: { resource: { endpoint: 'https://own.example/number.json' } } }
    set: { n: '${ .n * 2 }' }
    """
    And the document at 'https://own.example/number.json' is:
    """yaml
    { type: object, properties: { n: { type: number } }, required: [ n ] }
    """
    And the workflow input is:
    """yaml
    n: 4
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 8
    """

  # As `cadenza bundle` writes it
  @services
  Scenario: A Bundled Function Runs As It Stands
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: bundled
      version: '1.0.0'
      metadata:
        bundle:
          - pointer: /use/functions/https:~1~1own.example~1double.yaml
            origin: https://own.example/double.yaml
            sha256: 6f1c3c2f6c2f6f7b5b7a4c0e6b6f1c3c2f6c2f6f7b5b7a4c0e6b6f1c3c2f6c2f
    use:
      functions:
        'https://own.example/double.yaml':
          input: { schema: { document: { type: object, required: [ n ] } } }
          do:
            - pause: { wait: { milliseconds: 10 } }
            - double: { set: { n: '${ .n * 2 }' } }
    do: [ { one: { call: 'https://own.example/double.yaml', with: { n: '${ .n }' } } } ]
    """
    And the workflow input is:
    """yaml
    n: 4
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 8
    """

  Scenario: A Function Of A Catalogue Is Refused Unless It Is Bundled
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: catalogued, version: '1.0.0' }
    use: { catalogs: { own: { endpoint: 'https://own.example/catalogue' } } }
    do: [ { one: { call: 'double:1.0.0@own' } } ]
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/call' with:
    """
    cadenza bundle
    """

  Scenario: Messages Of A Subscription Are Handled In Their Order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: messages, version: '1.0.0' }
    do:
      - take:
          call: asyncapi
          with:
            document: { endpoint: 'https://own.example/asyncapi.json' }
            operation: readings
            subscription:
              consume: { amount: 3, for: PT1M }
              foreach:
                item: message
                at: number
                do:
                  - pause: { wait: PT1S }
                  - double: { set: { n: '${ $message.payload.n * 2 }', at: '${ $number }', same: '${ . == $message }' } }
                output: { as: '${ .n }' }
                export: { as: '${ { sum: (($context.sum // 0) + .) } }' }
    """
    And the functions answer:
    """yaml
    - function: asyncapi
      output: [ { payload: { n: 1 } }, { payload: { n: 2 } }, { payload: { n: 3 } } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 2, 4, 6 ]
    """
    And double should run 3 times
    And double should complete with output:
    """yaml
    { n: 6, at: 2, same: true }
    """
    And take should be requested 1 times
    And the workflow should take 'PT3S'
    And the context should be:
    """yaml
    sum: 12
    """

  Scenario: A Subscription Without Messages Gives None
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: no-messages, version: '1.0.0' }
    do:
      - take:
          call: asyncapi
          with:
            document: { endpoint: 'https://own.example/asyncapi.json' }
            operation: readings
            subscription: { consume: { amount: 3, for: PT1M }, foreach: { do: [ { never: { set: { a: 1 } } } ] } }
    """
    And the functions answer:
    """yaml
    - { function: asyncapi, output: [] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    []
    """
    And never should not run

  Scenario: An Error In Handling A Message Is The Task's Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: bad-message, version: '1.0.0' }
    do:
      - guarded:
          try:
            - take:
                call: asyncapi
                with:
                  document: { endpoint: 'https://own.example/asyncapi.json' }
                  operation: readings
                  subscription:
                    consume: { amount: 2, for: PT1M }
                    foreach: { do: [ { half: { set: { n: '${ 6 / .payload.n }' } } } ] }
          catch: { as: problem, do: [ { tell: { set: { at: '${ $problem.instance }' } } } ] }
    """
    And the functions answer:
    """yaml
    - { function: asyncapi, output: [ { payload: { n: 3 } }, { payload: { n: 0 } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /do/0/guarded/try/0/take/with/subscription/foreach/do/0/half
    """
    And half should run 2 times

  Scenario: Messages Without An End Are Refused At Registration
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: endless, version: '1.0.0' }
    do:
      - take:
          call: asyncapi
          with:
            document: { endpoint: 'https://own.example/asyncapi.json' }
            operation: readings
            subscription: { consume: { until: '${ false }' }, foreach: { do: [ { a: { set: { b: 1 } } } ] } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/take/with/subscription/foreach' with:
    """
    listen
    """

  Scenario: The Limit Of Time Holds For The Messages' Handling Too
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: slow-messages, version: '1.0.0' }
    do:
      - take:
          timeout: { after: PT2S }
          call: asyncapi
          with:
            document: { endpoint: 'https://own.example/asyncapi.json' }
            operation: readings
            subscription:
              consume: { amount: 2, for: PT1M }
              foreach: { do: [ { pause: { wait: PT1.5S } } ] }
    """
    And the functions answer:
    """yaml
    - { function: asyncapi, output: [ 1, 2 ] }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { status: 408, instance: /do/0/take }
    """
    And pause should run 2 times
    And pause should cancel
    And the workflow should take 'PT2S'
