Feature: Secrets
  As an operator
  I want secrets to be where they are used and nowhere else
  So that no journal shows them

  # Decision 18: secrets may be used in arguments
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
    use: { secrets: [ api-key ] }
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint: https://httpbin.org/headers
            headers: { x-key: '${ $secrets["api-key"] }' }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/authorization
    status: 403
    """
