Feature: The specification's examples that need what is not here
  As an author of workflows
  I want to hear at registration what a runtime lacks
  So that no execution fails for it

  Scenario: call-asyncapi-subscribe-consume-amount
    Given the workflow in 'upstream/examples/call-asyncapi-subscribe-consume-amount.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/getNotifications/with/protocol' with:
    """
    protocol ws
    """

  Scenario: call-asyncapi-subscribe-consume-forever-foreach
    Given the workflow in 'upstream/examples/call-asyncapi-subscribe-consume-forever-foreach.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/getNotifications/with/subscription/foreach' with:
    """
    listen
    """

  Scenario: call-custom-function-cataloged, not bundled
    Given the workflow in 'upstream/examples/call-custom-function-cataloged.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/log/call' with:
    """
    cadenza bundle
    """

  Scenario: call-grpc
    Given the workflow in 'upstream/examples/call-grpc.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/greet/call' with:
    """
    call: grpc
    """

  Scenario: run-container
    Given the workflow in 'upstream/examples/run-container.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-container-cleanup-always
    Given the workflow in 'upstream/examples/run-container-cleanup-always.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-container-cleanup-eventually
    Given the workflow in 'upstream/examples/run-container-cleanup-eventually.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-container-stdin-and-arguments
    Given the workflow in 'upstream/examples/run-container-stdin-and-arguments.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/1/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-container-with-name
    Given the workflow in 'upstream/examples/run-container-with-name.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-container-with-pull-policy
    Given the workflow in 'upstream/examples/run-container-with-pull-policy.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-return-all
    Given the workflow in 'upstream/examples/run-return-all.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-return-code
    Given the workflow in 'upstream/examples/run-return-code.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-return-none
    Given the workflow in 'upstream/examples/run-return-none.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """

  Scenario: run-return-stderr
    Given the workflow in 'upstream/examples/run-return-stderr.yaml'
    When the workflow is registered
    Then the definition should be refused at '/do/0/runContainer/run/container' with:
    """
    run: container
    """
