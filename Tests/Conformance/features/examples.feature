Feature: The specification's examples
  As a reader of the specification
  I want its examples to run as they stand
  So that what I learn from them is true

  @services
  Scenario: authentication-bearer
    Given the workflow in 'upstream/examples/authentication-bearer.yaml'
    And the workflow input is:
    """yaml
    token: abc
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    id: 1
    """
    And getPet should be requested with:
    """yaml
    endpoint: { uri: 'https://petstore.swagger.io/v2/pet/1', authentication: { bearer: { token: abc } } }
    """

  Scenario: authentication-bearer-uri-format
    Given the workflow in 'upstream/examples/authentication-bearer-uri-format.yaml'
    And the workflow input is:
    """yaml
    { token: abc, petId: 7 }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And getPet should be requested with:
    """yaml
    endpoint: { uri: 'https://petstore.swagger.io/v2/pet/7', authentication: { bearer: { token: abc } } }
    """

  Scenario: authentication-reusable
    Given the workflow in 'upstream/examples/authentication-reusable.yaml'
    And the workflow input is:
    """yaml
    { token: abc, petId: 7 }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And getPet should be requested with:
    """yaml
    endpoint: { authentication: { bearer: { token: abc } } }
    """

  @services
  Scenario: authentication-oauth2
    Given the workflow in 'upstream/examples/authentication-oauth2.yaml'
    And the workflow input is:
    """yaml
    petId: 7
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And getPet should be requested with:
    """yaml
    endpoint: { authentication: { oauth2: { grant: client_credentials, client: { id: workflow-runtime-id } } } }
    """

  Scenario: authentication-oauth2-secret
    Given the workflow in 'upstream/examples/authentication-oauth2-secret.yaml'
    And the workflow input is:
    """yaml
    petId: 7
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And getPet should be requested with:
    """yaml
    endpoint: { authentication: { oauth2: { use: mySecret } } }
    """

  @services
  Scenario: authentication-oidc
    Given the workflow in 'upstream/examples/authentication-oidc.yaml'
    And the workflow input is:
    """yaml
    petId: 7
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And getPet should be requested with:
    """yaml
    endpoint: { authentication: { oidc: { authority: 'http://keycloak/realms/fake-authority' } } }
    """

  Scenario: authentication-oidc-secret
    Given the workflow in 'upstream/examples/authentication-oidc-secret.yaml'
    And the workflow input is:
    """yaml
    petId: 7
    """
    And the functions answer:
    """yaml
    - { function: http, output: { id: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete

  @services
  Scenario: accumulate-room-readings
    Given the workflow in 'upstream/examples/accumulate-room-readings.yaml'
    And the event is published after 'PT1S':
    """yaml
    { source: 'https://my.home.com/sensor', type: my.home.sensors.temperature, roomid: kitchen, data: { reading: 21 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { source: 'https://my.home.com/sensor', type: my.home.sensors.humidity, roomid: cellar, data: { reading: 80 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { source: 'https://my.home.com/sensor', type: my.home.sensors.humidity, roomid: kitchen, data: { reading: 50 } }
    """
    When the workflow is executed
    # The output of listen is an array: `.data.reading` is an error there, in every reading of the text.
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/expression
    instance: /do/0/consumeReading
    """
    And the workflow should take 'PT3S'

  @services
  Scenario: accumulate-room-readings, a room that never answers
    Given the workflow in 'upstream/examples/accumulate-room-readings.yaml'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 408
    """
    And the workflow should take 'PT1H'

  @services
  Scenario: call-asyncapi-publish
    Given the workflow in 'upstream/examples/call-asyncapi-publish.yaml'
    And the workflow input is:
    """yaml
    { pet: { id: 7 }, token: abc }
    """
    And the functions answer:
    """yaml
    - { function: asyncapi, output: { published: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    published: true
    """
    And findPet should be requested with:
    """yaml
    { operation: findPetsByStatus, message: { payload: { petId: 7 } } }
    """

  Scenario: call-asyncapi-subscribe-consume-until
    Given the workflow in 'upstream/examples/call-asyncapi-subscribe-consume-until.yaml'
    And the functions answer:
    """yaml
    - function: asyncapi
      output: [ { payload: '${ .subscription.consume.for.minutes }' }, { payload: '${ .subscription.consume.until.expression }' } ]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { payload: 30 }, { payload: ' ($context.consumedMessages | length) == 5 ' } ]
    """
    And getNotifications should be requested with:
    """yaml
    { channel: /notifications, subscription: { filter: { variables: { context: null } } } }
    """

  Scenario: call-asyncapi-subscribe-consume-while
    Given the workflow in 'upstream/examples/call-asyncapi-subscribe-consume-while.yaml'
    And the functions answer:
    """yaml
    - { function: asyncapi, output: [ { payload: 1 } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { payload: 1 } ]
    """
    And getNotifications should be requested with:
    """yaml
    subscription: { consume: { while: { expression: ' ($context.consumedMessages | length) < 5 ' } } }
    """

  Scenario: call-custom-function-cataloged
    Given the workflow in 'upstream/examples/call-custom-function-cataloged.yaml'
    And the document at 'https://raw.githubusercontent.com/serverlessworkflow/catalog/main/functions/log/1.0.0/function.yaml' is:
    """yaml
    input: { schema: { document: { type: object, properties: { message: { type: string } }, required: [ message ] } } }
    output: { schema: { document: { type: string } } }
    run:
      script:
        language: python
        arguments: { message: '${ .message }', level: '${ .level }', format: '${ .format }' }
        code: |
          import sys
          print(sys.argv)
    """
    And the functions answer:
    """yaml
    - { function: script, output: '${ .arguments.level + ": " + .arguments.message }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    'information: Hello, world!'
    """

  Scenario: call-custom-function-inline
    Given the workflow in 'upstream/examples/call-custom-function-inline.yaml'
    And the functions answer:
    """yaml
    - { function: http, output: { at: '${ .endpoint }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: https://petstore.swagger.io/v2/pet/69
    """

  @services
  Scenario: call-http-endpoint-interpolation
    Given the workflow in 'upstream/examples/call-http-endpoint-interpolation.yaml'
    And the workflow input is:
    """yaml
    petId: 2
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { id: 2, name: Luna, status: available }
    """

  @services
  Scenario: call-http-endpoint-interpolation-shorthand
    Given the workflow in 'upstream/examples/call-http-endpoint-interpolation-shorthand.yaml'
    And the workflow input is:
    """yaml
    petId: 2
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { id: 2, name: Luna, status: available }
    """

  @services
  Scenario: call-http-query-headers-expressions
    Given the workflow in 'upstream/examples/call-http-query-headers-expressions.yaml'
    And the workflow input is:
    """yaml
    searchQuery: Luke
    """
    And the functions answer:
    """yaml
    - { function: http, output: { query: '${ .query }', headers: '${ .headers }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { query: { search: Luke }, headers: { Accept: application/json } }
    """

  @services
  Scenario: call-http-query-headers-expressions, without a query
    Given the workflow in 'upstream/examples/call-http-query-headers-expressions.yaml'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/validation
    """

  @services
  Scenario: call-http-query-parameters
    Given the workflow in 'upstream/examples/call-http-query-parameters.yaml'
    And the workflow input is:
    """yaml
    searchQuery: Luke
    """
    And the functions answer:
    """yaml
    - { function: http, output: '${ .query.search }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    Luke
    """

  @services
  Scenario: call-http-redirect
    Given the workflow in 'upstream/examples/call-http-redirect.yaml'
    And the workflow input is:
    """yaml
    searchQuery: Luke
    """
    And the functions answer:
    """yaml
    - { function: http, output: '${ .redirect }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    true
    """

  @services
  Scenario: call-openapi
    Given the workflow in 'upstream/examples/call-openapi.yaml'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - { id: 1, name: Milo, status: available }
    - { id: 2, name: Luna, status: available }
    """

  @services
  Scenario: call-openapi-redirect
    Given the workflow in 'upstream/examples/call-openapi-redirect.yaml'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - { id: 1, name: Milo, status: available }
    - { id: 2, name: Luna, status: available }
    """

  @services
  Scenario: conditional-task, of age
    Given the workflow in 'upstream/examples/conditional-task.yaml'
    And the workflow input is:
    """yaml
    customer: { age: 20 }
    """
    And the functions answer:
    """yaml
    - { function: http, output: { placed: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    placed: true
    """

  @services
  Scenario: conditional-task, under age
    Given the workflow in 'upstream/examples/conditional-task.yaml'
    And the workflow input is:
    """yaml
    customer: { age: 10 }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    { status: 400, title: Access Forbidden, type: 'https://superbet-casinos.com/customer/access-forbidden' }
    """

  @services
  Scenario: do-single
    Given the workflow in 'upstream/examples/do-single.yaml'
    And the workflow input is:
    """yaml
    petId: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { id: 1, name: Milo, status: available }
    """

  Scenario: do-multiple
    Given the workflow in 'upstream/examples/do-multiple.yaml'
    And the workflow input is:
    """yaml
    petId: 1
    """
    And the functions answer:
    """yaml
    - { task: getPet, output: { petId: 1, name: Milo, status: available } }
    - { task: buyPet, output: '${ .body }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { petId: 1, name: Milo, status: sold }
    """
    And buyPet should be requested with:
    """yaml
    { method: put, endpoint: 'https://petstore.swagger.io/v2/pet/1' }
    """

  @services
  Scenario: emit
    Given the workflow in 'upstream/examples/emit.yaml'
    When the workflow is executed
    Then the workflow should complete
    And an event of type 'com.petstore.order.placed.v1' should be published with:
    """yaml
    source: https://petstore.com
    data: { client: { firstName: Cruella, lastName: de Vil }, items: [ { breed: dalmatian, quantity: 101 } ] }
    """

  @services
  Scenario: for
    Given the workflow in 'upstream/examples/for.yaml'
    And the workflow input is:
    """yaml
    { pets: [ { id: 1 } ], vet: Ann }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: com.fake.petclinic.pets.checkup.completed.v2, data: { ok: true } }
    """
    When the workflow is executed
    # The output of listen is an array: `.pets` is an error there.
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/expression
    instance: /do/0/checkup/do/0/waitForCheckup
    """

  @services
  Scenario: for, without a vet
    Given the workflow in 'upstream/examples/for.yaml'
    And the workflow input is:
    """yaml
    { pets: [ { id: 1 } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { pets: [ { id: 1 } ] }
    """
    And waitForCheckup should not run

  @services
  Scenario: for-inline-array
    Given the workflow in 'upstream/examples/for-inline-array.yaml'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    processed: [ { name: red, hex: '#FF0000' }, { name: green, hex: '#00FF00' }, { name: blue, hex: '#0000FF' } ]
    """

  @services
  Scenario: fork
    Given the workflow in 'upstream/examples/fork.yaml'
    And the workflow input is:
    """yaml
    { patient: { fullName: Ann }, room: { number: 7 } }
    """
    And the functions answer:
    """yaml
    - { task: callNurse, output: nurse, delay: PT20S }
    - { task: callDoctor, output: doctor, delay: PT10S }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    doctor
    """
    And callNurse should cancel

  @services
  Scenario: listen-to-all
    Given the workflow in 'upstream/examples/listen-to-all.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.bpm, data: { bpm: 80 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.bpm, data: { bpm: 120 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.temperature, data: { temperature: 39 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { bpm: 120 }, { temperature: 39 } ]
    """

  @services
  Scenario: listen-to-all read-envelope
    Given the workflow in 'upstream/examples/listen-to-all read-envelope.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.bpm, data: { bpm: 120 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.temperature, data: { temperature: 39 } }
    """
    When the workflow is executed
    Then the workflow should complete
    And the condition should hold:
    """jq
    [ .output[] | .specversion + (.type | split(".") | last) ] == [ "1.0bpm", "1.0temperature" ]
    """

  @services
  Scenario: listen-to-any
    Given the workflow in 'upstream/examples/listen-to-any.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: anything, data: 1 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 1 ]
    """

  @services
  Scenario: listen-to-any-filter
    Given the workflow in 'upstream/examples/listen-to-any-filter.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.temperature, data: { temperature: 37 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.bpm, data: { bpm: 50 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { bpm: 50 } ]
    """

  @services
  Scenario: listen-to-any-until-condition
    Given the workflow in 'upstream/examples/listen-to-any-until-condition.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: a, data: 1 }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: b, data: 2 }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: c, data: 3 }
    """
    And the event is published after 'PT4S':
    """yaml
    { type: d, data: 4 }
    """
    When the workflow is executed
    # Its comment says three, its expression four.
    Then the workflow should complete with output:
    """yaml
    [ 1, 2, 3, 4 ]
    """

  @services
  Scenario: listen-to-any-until-consumed
    Given the workflow in 'upstream/examples/listen-to-any-until-consumed.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.temperature, data: { temperature: 39 } }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: com.fake-hospital.vitals.measurements.bpm, data: { bpm: 50 } }
    """
    And the event is published after 'PT3S':
    """yaml
    { type: com.fake-hospital.patient.checked-out, data: { left: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ { temperature: 39 }, { bpm: 50 } ]
    """

  @services
  Scenario: listen-to-any-forever-foreach
    Given the workflow in 'upstream/examples/listen-to-any-forever-foreach.yaml'
    And the workflow input is:
    """yaml
    roomId: 7
    """
    And the functions answer:
    """yaml
    - { function: http, output: { posted: true } }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: gossip, data: a }
    """
    And the event is published after 'PT2S':
    """yaml
    { type: gossip, data: b }
    """
    When the workflow is executed for 'PT1H'
    Then the workflow should be waiting
    And postToChatApi should be requested 2 times
    And postToChatApi should be requested with:
    """yaml
    { method: post, body: { event: b } }
    """

  Scenario: listen-to-one
    Given the workflow in 'upstream/examples/listen-to-one.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: com.virtual-wf-powered-race.events.race.started.v1, data: { carId: 7 } }
    """
    And the functions answer:
    """yaml
    - { function: http, output: '${ .endpoint.uri }' }
    """
    When the workflow is executed
    # The call's input is the array of events, which has no member carId: the variable is left out.
    Then the workflow should complete with output:
    """yaml
    https://virtual-wf-powered-race.com/api/v4/cars//start
    """

  @services
  Scenario: mock-service-extension
    Given the workflow in 'upstream/examples/mock-service-extension.yaml'
    And the functions answer:
    """yaml
    - { function: http, output: real }
    """
    When the workflow is executed
    # $task has no member `with`: the condition never holds.
    Then the workflow should complete with output:
    """yaml
    real
    """

  @services
  Scenario: raise-inline
    Given the workflow in 'upstream/examples/raise-inline.yaml'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 500
    title: Not Implemented
    detail: The workflow 'raise-not-implemented:0.1.0' is a work in progress and cannot be run yet
    instance: /do/0/notImplemented
    """

  @services
  Scenario: raise-reusable
    Given the workflow in 'upstream/examples/raise-reusable.yaml'
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 500
    title: Not Implemented
    detail: The workflow 'raise-not-implemented:0.1.0' is a work in progress and cannot be run yet
    instance: /do/0/notImplemented
    """

  Scenario: run-shell-stdin-and-arguments
    Given the workflow in 'upstream/examples/run-shell-stdin-and-arguments.yaml'
    And the functions answer:
    """yaml
    - { function: shell, output: '${ .stdin + " " + .arguments[0] }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    Hello World Foo
    """

  Scenario: run-script-with-stdin-and-arguments
    Given the workflow in 'upstream/examples/run-script-with-stdin-and-arguments.yaml'
    And the functions answer:
    """yaml
    - { function: script, output: '${ [ .language, .stdin, .environment.foo, .arguments[0] ] | join(" ") }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    js Hello Workflow bar hello
    """

  @services
  Scenario: run-subflow
    Given the workflow in 'upstream/examples/run-subflow.yaml'
    And another workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: test, name: register-customer, version: '0.1.0' }
    do: [ { register: { set: { registered: '${ .customer }' } } } ]
    """
    When the workflow is executed
    # `.user` without braces is text.
    Then the workflow should complete with output:
    """yaml
    registered: .user
    """

  Scenario: schedule-cron
    Given the workflow in 'upstream/examples/schedule-cron.yaml'
    And the functions answer:
    """yaml
    - { function: http, output: { started: true } }
    """
    When the schedule runs for 'P2DT12H'
    Then 2 executions of 'cron-schedule' should complete

  @services
  Scenario: schedule-event-driven
    Given the workflow in 'upstream/examples/schedule-event-driven.yaml'
    And the functions answer:
    """yaml
    - { function: http, output: '${ .body.message }' }
    """
    And the event is published after 'PT1S':
    """yaml
    { type: com.example.hospital.events.patients.heartbeat.low, data: { patient: { id: 7 } } }
    """
    When the schedule runs for 'PT1H'
    Then 1 executions of 'event-driven-schedule' should complete

  @services
  Scenario: set
    Given the workflow in 'upstream/examples/set.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: io.serverlessworkflow.samples.events.trigger.v1, data: { n: 1 } }
    """
    When the schedule runs for 'PT1H'
    Then 1 executions of 'set' should complete
    And the condition should hold:
    """jq
    .executions[0].output == { startEvent: { n: 1 } }
    """

  @services
  Scenario: set-expression
    Given the workflow in 'upstream/examples/set-expression.yaml'
    And the event is published after 'PT1S':
    """yaml
    { type: io.serverlessworkflow.samples.events.trigger.v1, data: { n: 1 } }
    """
    When the schedule runs for 'PT1H'
    Then 1 executions of 'set' should complete
    And the condition should hold:
    """jq
    .executions[0].output == { n: 1 }
    """

  @services
  Scenario: star-wars-homeworld
    Given the workflow in 'upstream/examples/star-wars-homeworld.yaml'
    And the workflow input is:
    """yaml
    id: 1
    """
    And the functions answer:
    """yaml
    - { task: getStarWarsCharacter, output: { content: { homeworld: 'https://swapi.dev/api/planets/1/' } } }
    - { task: getStarWarsHomeworld, output: { name: Tatooine, at: '${ .endpoint }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { name: Tatooine, at: 'https://swapi.dev/api/planets/1/' }
    """

  @services
  Scenario: switch-then-string, electronic
    Given the workflow in 'upstream/examples/switch-then-string.yaml'
    And the workflow input is:
    """yaml
    orderType: electronic
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { validate: true, status: fulfilled }
    """

  @services
  Scenario: switch-then-string, physical
    Given the workflow in 'upstream/examples/switch-then-string.yaml'
    And the workflow input is:
    """yaml
    orderType: physical
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { inventory: clear, items: 1, address: Elmer St }
    """

  @services
  Scenario: switch-then-string, unknown
    Given the workflow in 'upstream/examples/switch-then-string.yaml'
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    { log: warn, message: something's wrong }
    """

  @services
  Scenario: try-catch
    Given the workflow in 'upstream/examples/try-catch.yaml'
    And the workflow input is:
    """yaml
    petId: 99
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    petId: 99
    """
    And getPet should fault

  @services
  Scenario: try-catch-then
    Given the workflow in 'upstream/examples/try-catch-then.yaml'
    And the workflow input is:
    """yaml
    petId: 99
    """
    When the workflow is executed
    # `$error` without braces is text in set, an expression in export.as.
    Then the workflow should complete with output:
    """yaml
    error: $error
    """
    And buyPet should not run
    And an event of type 'io.swagger.petstore.events.pets.not-found.v1' should be published with:
    """yaml
    data: { status: 404, instance: /do/0/tryGetPet/try/0/getPet }
    """

  @services
  Scenario: try-catch-then-directive
    Given the workflow in 'upstream/examples/try-catch-then-directive.yaml'
    And the functions answer:
    """yaml
    - { function: http, fault: { type: communication, status: 503 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    status: failed
    """

  @services
  Scenario: try-catch-retry-inline
    Given the workflow in 'upstream/examples/try-catch-retry-inline.yaml'
    And the functions answer:
    """yaml
    - { function: http, fault: { type: communication, status: 503 } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    status: 503
    """
    And getPet should be requested 6 times
    And the workflow should take 'PT93S'

  @services
  Scenario: try-catch-retry-reusable
    Given the workflow in 'upstream/examples/try-catch-retry-reusable.yaml'
    And the functions answer:
    """yaml
    - { function: http, results: [ { fault: { type: communication, status: 503 } }, { output: { id: 1 } } ] }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    id: 1
    """
    And the workflow should take 'PT3S'

  @services
  Scenario: wait-duration-inline
    Given the workflow in 'upstream/examples/wait-duration-inline.yaml'
    When the workflow is executed
    Then the workflow should complete
    And the workflow should take 'PT30S'

  @services
  Scenario: wait-duration-iso8601
    Given the workflow in 'upstream/examples/wait-duration-iso8601.yaml'
    When the workflow is executed
    Then the workflow should complete
    And the workflow should take 'PT30S'

  Scenario: call-mcp
    Given the workflow in 'upstream/examples/call-mcp.yaml'
    And the functions answer:
    """yaml
    - { function: mcp, output: { content: [ { type: text, text: sent } ] } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    content: [ { type: text, text: sent } ]
    """
    And publishMessageToSlack should be requested with:
    """yaml
    method: tools/call
    transport: { stdio: { command: npx } }
    """
