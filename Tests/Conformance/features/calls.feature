Feature: Calls
  As an author of workflows
  I want to call what others serve, in the ways that they offer
  So that nothing has to be built to reach them

  # In one process the answers below are given; through the services each call reaches a server that speaks the protocol.

  @services
  Scenario: A Bearer Token Is Sent
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-bearer, version: '1.0.0' }
    do:
      - login:
          call: http
          with:
            method: get
            endpoint: { uri: 'https://httpbin.org/bearer', authentication: { bearer: { token: '${ .token }' } } }
    """
    And the workflow input is:
    """yaml
    token: abc
    """
    And the functions answer in one process:
    """yaml
    - { function: http, output: { authenticated: true, user: abc } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { authenticated: true, user: abc }
    """

  @services
  Scenario: A Digest Answers The Challenge
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-digest, version: '1.0.0' }
    use: { authentications: { ann: { digest: { username: ann, password: p4ss } } } }
    do:
      - login:
          call: http
          with:
            method: get
            endpoint: { uri: 'https://httpbin.org/digest-auth/auth/ann/p4ss', authentication: { use: ann } }
    """
    And the functions answer in one process:
    """yaml
    - { function: http, output: { authenticated: true, user: ann } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { authenticated: true, user: ann }
    """

  @services
  Scenario: A Wrong Password Is A Fault
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-digest-wrong, version: '1.0.0' }
    do:
      - login:
          call: http
          with:
            method: get
            endpoint:
              uri: https://httpbin.org/digest-auth/auth/ann/p4ss
              authentication: { digest: { username: ann, password: wrong } }
    """
    And the functions answer in one process:
    """yaml
    - { function: http, fault: { type: communication, status: 401 } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { status: 401, instance: /do/0/login }
    """

  @services
  Scenario: A Token Is Had From The Authority
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-oauth2, version: '1.0.0' }
    do:
      - login:
          call: http
          with:
            method: get
            endpoint:
              uri: https://httpbin.org/bearer
              authentication:
                oauth2:
                  authority: https://login.example
                  grant: client_credentials
                  client: { id: runtime, secret: s3cr3t }
    """
    And the functions answer in one process:
    """yaml
    - { function: http, output: { authenticated: true, user: granted } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { authenticated: true, user: granted }
    """

  @services
  Scenario: An Operation Is Called By Its Name
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-openapi, version: '1.0.0' }
    do:
      - pet:
          call: openapi
          with:
            document: { endpoint: 'https://petstore.swagger.io/v2/swagger.json' }
            operationId: getPetById
            parameters: { petId: '${ .id }' }
    """
    And the workflow input is:
    """yaml
    id: 2
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { id: 2, name: Luna, status: available }
    """

  @services
  Scenario: A Tool Is Called
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-mcp, version: '1.0.0' }
    do:
      - double:
          call: mcp
          with:
            method: tools/call
            parameters: { name: double, arguments: { n: '${ .n }' } }
            transport: { http: { endpoint: 'https://tools.example/mcp' } }
          output: { as: .structuredContent }
    """
    And the workflow input is:
    """yaml
    n: 21
    """
    And the functions answer in one process:
    """yaml
    - { function: mcp, output: { content: [ { type: text, text: '42' } ], structuredContent: { n: 42 } } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 42
    """

  @services
  Scenario: An Agent Is Told By Its Card
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-a2a, version: '1.0.0' }
    do:
      - tell:
          call: a2a
          with:
            method: message/send
            agentCard: { endpoint: 'https://agents.example/.well-known/agent-card.json' }
            parameters: { message: { parts: [ { kind: text, text: '${ .say }' } ] } }
          output: { as: '${ { heard: .parts[0].text, role } }' }
    """
    And the workflow input is:
    """yaml
    say: Hello
    """
    And the functions answer in one process:
    """yaml
    - { function: a2a, output: { kind: message, role: agent, messageId: m1, parts: '${ .parameters.message.parts }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { heard: Hello, role: agent }
    """

  @services
  Scenario: A Message Is Published Over HTTP
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-asyncapi-http, version: '1.0.0' }
    do:
      - tell:
          call: asyncapi
          with:
            document: { endpoint: 'https://news.example/asyncapi.json' }
            operation: greet
            protocol: http
            message: { payload: { hello: '${ .who }' } }
          output: { as: .payload }
    """
    And the workflow input is:
    """yaml
    who: Ann
    """
    And the functions answer in one process:
    """yaml
    - { function: asyncapi, output: '${ .message }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    hello: Ann
    """

  @services
  Scenario: What Is Published Over Kafka Is Heard
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-asyncapi-kafka, version: '1.0.0' }
    do:
      - both:
          fork:
            branches:
              - hear:
                  call: asyncapi
                  with:
                    document: { endpoint: 'https://news.example/asyncapi.json' }
                    operation: hear
                    protocol: kafka
                    subscription: { filter: '${ .payload.to == "ann" }', consume: { amount: 1 } }
                  output: { as: '${ .[0].payload }' }
              - tell:
                  do:
                    - before: { wait: PT2S }
                    - say:
                        call: asyncapi
                        with:
                          document: { endpoint: 'https://news.example/asyncapi.json' }
                          operation: greet
                          protocol: kafka
                          message: { payload: { to: ann, n: '${ .n }' } }
                        output: { as: .payload.n }
    """
    And the workflow input is:
    """yaml
    n: 7
    """
    And the functions answer in one process:
    """yaml
    - { task: hear, output: [ { payload: { to: ann, n: 7 }, headers: {} } ], delay: PT2S }
    - { task: say, output: '${ .message }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { to: ann, n: 7 }, 7 ]
    """

  @services
  Scenario: The Engine Is Restarted While A Person Is Asked
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: call-approval, version: '1.0.0' }
    do:
      - review:
          call: approval:1.0.0@default
          with: { title: 'Pay out?', subject: '${ . }' }
          output: { as: '${ { decision, comment } }' }
    """
    And the workflow input is:
    """yaml
    amount: 7
    """
    And the functions answer:
    """yaml
    - { function: approval, output: { decision: approved, comment: fine }, delay: PT6S }
    """
    And the engine is restarted after 'PT3S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { decision: approved, comment: fine }
    """
    And review should be requested 1 times
