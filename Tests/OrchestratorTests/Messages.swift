import Contracts
import Core
import Messaging
import Workflow

/// Messages as the other services send them.
extension World.Outgoing {
    static func register(_ yaml: String, id: String = "register") throws -> Self {
        let document = try parseDefinition(Array(yaml.utf8))
        let head = document["document"]
        let reference = CoreV1.DefinitionReference(
            namespace: head?["namespace"]?.string ?? "", name: head?["name"]?.string ?? "",
            version: head?["version"]?.string ?? "")
        return World.Outgoing(
            .orchestratorCommands, key: "acme/\(reference.namespace)/\(reference.name)", id: id,
            OrchestratorV1.RegisterDefinition(
                commandID: id, definition: reference, document: CoreV1.Payload(json: document), actor: "user:ann"))
    }

    static func start(
        _ execution: String, _ definition: String, input: JSON = .null, id: String? = nil
    ) -> Self {
        World.Outgoing(
            .orchestratorCommands, key: execution, id: id ?? "start-\(execution)",
            OrchestratorV1.StartExecution(
                executionID: execution, definition: CoreV1.DefinitionReference(definition),
                input: CoreV1.Payload(json: input), actor: "user:ann"))
    }

    static func cancel(_ execution: String, tenant: String = "acme") -> Self {
        World.Outgoing(
            .orchestratorCommands, key: execution, id: "cancel-\(execution)-\(tenant)",
            OrchestratorV1.CancelExecution(executionID: execution, reason: "not needed", actor: "user:ann"),
            tenant: tenant)
    }

    /// A CloudEvent in binary mode with JSON.
    static func event(
        _ type: String, _ id: String, _ data: JSON, _ attributes: [String: String] = [:], tenant: String = "acme"
    ) -> Self {
        var event = World.Outgoing(.ingressEvents, key: id, id: id, type: type, body: data.bytes())
        (event.contentType, event.attributes, event.tenant) = ("application/json", attributes, tenant)
        return event
    }

    static func migrate(
        _ name: String, from: String, to: String, id: String, mapping: [String: String] = [:], apply: Bool = false,
        batch: Int32 = 2
    ) -> Self {
        World.Outgoing(
            .orchestratorCommands, key: "acme/test/\(name)", id: "command-\(id)",
            OrchestratorV1.MigrateExecutions(
                migrationID: id, from: CoreV1.DefinitionReference(namespace: "test", name: name, version: from),
                toVersion: to, mapping: mapping, apply: apply, batch: batch, actor: "user:ann"))
    }

    static func completed(_ task: TasksV1.RunTask, _ output: JSON, id: String? = nil) -> Self {
        World.Outgoing(
            .agentsEvents, key: task.executionID, id: id ?? "\(task.taskID)/\(task.attempt)/done",
            AgentsV1.TaskCompleted(
                taskID: task.taskID, executionID: task.executionID, attempt: task.attempt,
                output: CoreV1.Payload(json: output),
                usage: CoreV1.Usage(inputTokens: 10, outputTokens: 5, modelCalls: 1)))
    }
}

/// Definitions that the tests run.
enum Definitions {
    static func head(_ name: String, version: String = "1.0.0") -> String {
        "document: { dsl: '1.0.3', namespace: test, name: \(name), version: '\(version)' }\n"
    }

    static let oneAgent =
        head("one-agent") + """
            do:
              - ask:
                  call: agent:1.0.0@default
                  with: { agent: { instructions: Read }, goal: Extract }
            """

    static let twoCalls =
        head("two-calls") + """
            do:
              - ask: { call: agent:1.0.0@default, with: { agent: { instructions: Read }, goal: Extract } }
              - look: { call: retrieve:1.0.0@default, with: { index: terms, query: storm } }
            """

    static let short = head("short") + "do:\n  - rest: { wait: { milliseconds: 150 } }\n"
    static let long = head("long") + "do:\n  - rest: { wait: { hours: 1 } }\n"
    static let judged =
        head("judged") + """
            do:
              - judge: { call: policy:1.0.0@default, with: { policy: limit, input: { amount: 5 } } }
              - review: { call: approval:1.0.0@default, with: { title: Review, sla: PT1H, subject: { amount: 5 } } }
            """
    static let wrong =
        head("wrong") + "do:\n  - review: { call: approval:1.0.0@default, with: { title: '${ 5 }' } }\n"
    /// A call that loses a race, one whose own time is over, and one whose attempt took too long.
    static let interrupted =
        head("interrupted") + """
            do:
              - race:
                  fork:
                    compete: true
                    branches:
                      - rest: { wait: { milliseconds: 200 } }
                      - ask: { call: http, with: { method: get, endpoint: 'https://x.example' } }
              - late:
                  try:
                    - ask:
                        timeout: { after: { milliseconds: 200 } }
                        call: http
                        with: { method: get, endpoint: 'https://x.example' }
                  catch: { do: [ { a: { set: { late: true } } } ] }
              - slow:
                  try: [ { ask: { call: http, with: { method: get, endpoint: 'https://x.example' } } } ]
                  catch:
                    retry: { limit: { attempt: { count: 0, duration: { milliseconds: 200 } } } }
                    do: [ { b: { set: { slow: true } } } ]

            """
    static let telling =
        head("telling") + """
            do:
              - tell: { emit: { event: { with: { source: 'https://x.example', type: x.told, data: { n: 1 } } } } }
            """
}
