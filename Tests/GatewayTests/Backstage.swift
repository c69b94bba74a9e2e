import Contracts
import Core
import Messaging
import ProtoWire
import Synchronization

/// The other services, as far as the gateway sees them: they answer its commands at once.
final class Backstage: BatchHandler {
    let topics: [Topic] = [
        .orchestratorCommands, .policyCommands, .approvalsCommands, .stateCommands, .knowledgeCommands, .ingressEvents,
        .agentsCommands, .audit,
    ]
    /// Commands of these types are not answered.
    private let silent: [String]
    private let outbox = Mutex<Outbox?>(nil)
    private let received = Mutex<[Inbound]>([])

    init(silent: [String] = []) { self.silent = silent }

    func use(_ outbox: Outbox) { self.outbox.withLock { $0 = outbox } }

    /// What came so far, by type.
    func all(_ type: String) -> [Inbound] { received.withLock { $0 }.filter { $0.envelope.type == type } }

    /// Publishes as another service would.
    func publish(_ message: some ProtoMessage, to topic: Topic, key: String, id: String) async throws {
        guard let outbox = outbox.withLock({ $0 }) else { return }
        try await outbox.transaction { $0.publish(message, to: topic, key: key, id: id, tenant: "demo") }
    }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        transaction.afterCommit { self.received.withLock { $0 += batch } }
        for message in batch where !silent.contains(message.envelope.type) { try answer(message, transaction) }
    }

    private func answer(_ message: Inbound, _ transaction: MessageTransaction) throws {
        func reply(_ answer: some ProtoMessage, to topic: Topic, _ suffix: String = "answer") {
            let envelope = message.envelope
            transaction.publish(
                answer, to: topic, key: message.key, id: "\(envelope.id)/\(suffix)", tenant: envelope.tenant,
                causedBy: envelope)
        }
        switch message.envelope.type {
        case OrchestratorV1.RegisterDefinition.protoName:
            let command = try message.decode(OrchestratorV1.RegisterDefinition.self)
            if try command.definition?.name == "refused"
                || command.document?.json()["document"]?["title"] == "refuse me"
            {
                let rejection = CoreV1.Rejection(Rejection(.invalid, "OR0002", "not today"))
                reply(
                    OrchestratorV1.DefinitionRejected(
                        commandID: command.commandID, definition: command.definition, rejection: rejection),
                    to: .orchestratorEvents)
            } else {
                reply(
                    OrchestratorV1.DefinitionRegistered(commandID: command.commandID, definition: command.definition),
                    to: .orchestratorEvents)
            }
        case OrchestratorV1.MigrateExecutions.protoName:
            let command = try message.decode(OrchestratorV1.MigrateExecutions.self)
            for step in Self.migration(command) { reply(step, to: .orchestratorEvents, String(step.step)) }
        case OrchestratorV1.StartExecution.protoName:
            let command = try message.decode(OrchestratorV1.StartExecution.self)
            reply(OrchestratorV1.ExecutionEvents(events: Self.run(command, transaction.now)), to: .orchestratorEvents)
        case PolicyV1.RegisterPolicy.protoName:
            let command = try message.decode(PolicyV1.RegisterPolicy.self)
            if try command.document?.json()["description"] == "refuse me" {
                let rejection = CoreV1.Rejection(Rejection(.invalid, "PO0001", "not today"))
                reply(
                    PolicyV1.PolicyRejected(
                        commandID: command.commandID, name: command.name, version: command.version,
                        rejection: rejection), to: .policyEvents)
            } else {
                reply(
                    PolicyV1.PolicyRegistered(
                        commandID: command.commandID, name: command.name, version: command.version), to: .policyEvents)
            }
        case KnowledgeV1.IndexDocument.protoName:
            let command = try message.decode(KnowledgeV1.IndexDocument.self)
            reply(
                KnowledgeV1.DocumentIndexed(documentID: command.documentID, index: command.index, chunks: 3),
                to: .knowledgeEvents)
        case StateV1.ReadHistory.protoName:
            let command = try message.decode(StateV1.ReadHistory.self)
            let page: JSON = ["events": [["sequence": 1], ["sequence": 2]], "verified": true, "gaps": []]
            reply(
                StateV1.HistoryRead(
                    requestID: command.requestID, executionID: command.executionID, page: CoreV1.Payload(json: page),
                    nextAfterSequence: command.afterSequence == 0 ? 2 : 0), to: .stateEvents)
        case AgentsV1.DecideIncident.protoName:
            let command = try message.decode(AgentsV1.DecideIncident.self)
            if command.comment == "refuse me" {
                let rejection = CoreV1.Rejection(Rejection(.conflict, "AW0012", "not today"))
                reply(
                    AgentsV1.IncidentDecisionRejected(
                        incidentID: command.incidentID, commandID: command.commandID, rejection: rejection),
                    to: .agentsEvents)
            } else {
                reply(
                    AgentsV1.IncidentDecided(
                        incidentID: command.incidentID, taskID: command.taskID, executionID: "e",
                        commandID: command.commandID, decision: command.decision, comment: command.comment,
                        actor: command.actor, decidedUs: transaction.now.microseconds), to: .agentsEvents)
            }
        case ApprovalsV1.DecideApproval.protoName:
            let command = try message.decode(ApprovalsV1.DecideApproval.self)
            reply(
                ApprovalsV1.ApprovalDecided(
                    approvalID: command.approvalID, executionID: "e", commandID: command.commandID,
                    decision: command.decision, actor: command.actor, comment: command.comment,
                    decidedUs: transaction.now.microseconds), to: .approvalsEvents)
        default: break
        }
    }

    /// A plan over two executions, one a step.
    private static func migration(_ command: OrchestratorV1.MigrateExecutions) -> [OrchestratorV1.MigrationProgressed] {
        let finding = OrchestratorV1.MigrationFinding(
            task: "/do/0/a", reason: "the task is open and has moved", suggestion: "/do/1/a")
        let items = [
            OrchestratorV1.MigrationItem(executionID: "x1", class: "safe"),
            OrchestratorV1.MigrationItem(
                executionID: "x2", class: command.mapping.isEmpty ? "needsMapping" : "safe",
                findings: command.mapping.isEmpty ? [finding] : []),
        ]
        var steps: [OrchestratorV1.MigrationProgressed] = []
        for step in 0...2 {
            var progress = OrchestratorV1.MigrationProgressed(
                migrationID: command.migrationID, step: Int64(step), status: step == 2 ? "planned" : "planning")
            (progress.from, progress.toVersion, progress.safe) = (command.from, "1.1.0", step > 0 ? 1 : 0)
            if step == 2, command.mapping.isEmpty { progress.needsMapping = 1 }
            if step > 0 { progress.items = [items[step - 1]] }
            steps.append(progress)
        }
        return steps
    }

    /// A run of one task that greets.
    private static func run(_ command: OrchestratorV1.StartExecution, _ now: Instant) -> [OrchestratorV1.ExecutionEvent]
    {
        var definition = command.definition
        definition?.version = "1.0.0"
        let steps: [(String, String, JSON)] = [
            ("executionStarted", "running", [:]), ("taskCompleted", "running", ["output": ["greeting": "hello"]]),
            ("executionCompleted", "completed", [:]),
        ]
        return steps.enumerated().map { position, step in
            OrchestratorV1.ExecutionEvent(
                executionID: command.executionID, sequence: Int64(position + 1), timeUs: now.microseconds,
                definition: definition, kind: step.0, task: step.0 == "taskCompleted" ? "/do/0/greet" : "",
                status: step.1, body: CoreV1.Payload(json: step.2), formVersion: 1)
        }
    }
}
