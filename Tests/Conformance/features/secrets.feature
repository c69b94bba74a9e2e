Feature: Secrets
  As an operator
  I want secrets to be where they are used and nowhere else
  So that no journal shows them

  # Decision 18: secrets may be used in arguments
  @services
  Scenario: A Secret Reaches The Call And No Event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-call, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint: https://httpbin.org/headers
            headers: { x-key: '${ $secrets["api-key"] }' }
          output: { as: '${ { seen: (.headers["x-key"] | length) } }' }
    """
    And the secrets are:
    """yaml
    api-key: s3cr3t-value
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: 12
    """
    And the condition should hold:
    """jq
    [ .events[] | select(tojson | contains("s3cr3t-value")) ] | length == 0
    """

  # Decision 18: never in output and export
  @services
  Scenario: A Secret In An Output Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-output, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - one: { set: { a: 1 }, output: { as: '${ $secrets["api-key"] }' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/output/as' with:
    """
    secrets
    """

  @services
  Scenario: A Missing Secret Is An Authorization Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-missing, version: '1.0.0' }
    use: { secrets: [ nowhere ] }
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint: https://httpbin.org/headers
            headers: { x-key: '${ $secrets["nowhere"] }' }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/authorization
    status: 403
    """

  # Decision 18: an input for arguments only is evaluated with them, where the secrets are
  @services
  Scenario: A Secret In The Input Of A Call Reaches The Call And No Event
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-input, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - ask:
          input: { from: { key: '${ .prefix + $secrets["api-key"] }' } }
          call: http
          with: { method: get, endpoint: 'https://httpbin.org/headers', headers: { x-key: '${ .key }' } }
          output: { as: '${ { seen: (.headers["x-key"] | length) } }' }
    """
    And the workflow input is:
    """yaml
    prefix: 'Key '
    """
    And the secrets are:
    """yaml
    api-key: s3cr3t-value
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: 16
    """
    And the condition should hold:
    """jq
    [ .events[] | select(tojson | contains("s3cr3t-value")) ] | length == 0
    """

  # Decision 18: a retry reads the secret anew, also after a restart
  Scenario: The Engine Is Restarted Between Two Attempts With A Secret
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-restart, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - guarded:
          try:
            - fail:
                call: agent:1.0.0@default
                with: { goal: '${ "Use " + $secrets["api-key"] }' }
            - ask:
                call: http
                with:
                  method: get
                  endpoint: https://httpbin.org/headers
                  headers: { x-key: '${ $secrets["api-key"] }' }
                output: { as: '${ { seen: (.headers["x-key"] | length) } }' }
          catch: { retry: { delay: PT10S, limit: { attempt: { count: 1 } } } }
    """
    And the functions answer:
    """yaml
    - { function: agent, results: [ { fault: communication }, { output: { answer: fine } } ] }
    """
    And the secrets are:
    """yaml
    api-key: s3cr3t-value
    """
    And the engine is restarted after 'PT5S'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: 12
    """
    And fail should be requested 2 times
    And the condition should hold:
    """jq
    [ .events[] | select(tojson | contains("s3cr3t-value")) ] | length == 0
    """

  # Decision 18: nothing that is stored or decided on
  @services
  Scenario: A Secret In The Data Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-data, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - one: { set: { key: '${ $secrets["api-key"] }' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/one/set/key' with:
    """
    secrets in the arguments of calls and processes only
    """

  @services
  Scenario: A Secret For A Service Behind The Worker Is Refused
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: secret-approval, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - ask: { call: 'approval:1.0.0@default', with: { title: '${ $secrets["api-key"] }' } }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/ask/with/title' with:
    """
    secrets in the arguments of calls and processes only
    """

  # $authorization is what a call shows who makes it by
  @services
  Scenario: A Call Knows How It Shows Who Makes It
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: authorization, version: '1.0.0' }
    use: { secrets: [ api-key ] }
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint: { uri: 'https://httpbin.org/headers', authentication: { bearer: { token: '${ $secrets["api-key"] }' } } }
            headers: { x-key: '${ "\($authorization.scheme) of \($authorization.parameter | length)" }' }
          output: { as: '${ .headers["x-key"] }' }
    """
    And the secrets are:
    """yaml
    api-key: s3cr3t-value
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    Bearer of 12
    """
    And the condition should hold:
    """jq
    [ .events[] | select(tojson | contains("s3cr3t-value")) ] | length == 0
    """

  @services
  Scenario: What A Call Shows Is Not Exported
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: authorization-export, version: '1.0.0' }
    do:
      - ask:
          call: http
          with: { method: get, endpoint: { uri: 'https://httpbin.org/headers', authentication: { bearer: { token: t } } } }
          export: { as: '${ $authorization }' }
    """
    When the workflow is registered
    Then the definition should be refused at '/do/0/ask/export/as' with:
    """
    $authorization where no call shows who makes it
    """
