import Contracts
import Core
import GatewayDomain
import Messaging
import ProtoWire

/// Turns what a request asks for into messages. Ids derive from the thing that is asked for, so that asking again
/// publishes the same message.
struct Announcer {
    let transaction: MessageTransaction
    let origin: Origin

    func registerDefinition(_ reference: CoreV1.DefinitionReference, document: CoreV1.Payload, commandID: String) {
        let message = OrchestratorV1.RegisterDefinition(
            commandID: commandID, definition: reference, document: document, actor: origin.actor)
        let key = "\(origin.caller.tenant)/\(reference.namespace)/\(reference.name)"
        publish(message, to: .orchestratorCommands, key: key, id: commandID)
    }

    func start(_ executionID: String, _ reference: CoreV1.DefinitionReference, input: CoreV1.Payload) {
        let message = OrchestratorV1.StartExecution(
            executionID: executionID, definition: reference, input: input, actor: origin.actor)
        publish(message, to: .orchestratorCommands, key: executionID, id: "\(executionID)/start")
    }

    func migrate(_ row: MigrationRow, mapping: [String: String], batch: Int) {
        let from = CoreV1.DefinitionReference(namespace: row.namespace, name: row.name, version: row.from)
        let message = OrchestratorV1.MigrateExecutions(
            migrationID: row.id, from: from, toVersion: row.to, mapping: mapping, apply: row.applies,
            batch: Int32(clamping: batch), actor: origin.actor)
        let key = "\(row.tenant)/\(row.namespace)/\(row.name)"
        publish(message, to: .orchestratorCommands, key: key, id: "\(row.id)/migrate")
    }

    func cancel(_ executionID: String, reason: String, commandID: String) {
        let message = OrchestratorV1.CancelExecution(
            executionID: executionID, reason: reason, actor: origin.actor)
        publish(message, to: .orchestratorCommands, key: executionID, id: commandID)
    }

    func suspend(_ executionID: String, reason: String, commandID: String) {
        let message = OrchestratorV1.SuspendExecution(
            executionID: executionID, reason: reason, actor: origin.actor)
        publish(message, to: .orchestratorCommands, key: executionID, id: commandID)
    }

    func resume(_ executionID: String, commandID: String) {
        let message = OrchestratorV1.ResumeExecution(executionID: executionID, actor: origin.actor)
        publish(message, to: .orchestratorCommands, key: executionID, id: commandID)
    }

    func readHistory(_ executionID: String, requestID: String, after: Int64, limit: Int) {
        let message = StateV1.ReadHistory(
            requestID: requestID, executionID: executionID, afterSequence: after, limit: Int32(limit))
        publish(message, to: .stateCommands, key: executionID, id: requestID)
    }

    func verify(_ executionID: String, requestID: String) {
        let message = StateV1.VerifyExecution(requestID: requestID, executionID: executionID)
        publish(message, to: .stateCommands, key: executionID, id: requestID)
    }

    func registerPolicy(_ name: String, _ version: String, document: CoreV1.Payload, commandID: String) {
        let message = PolicyV1.RegisterPolicy(
            commandID: commandID, name: name, version: version, document: document, actor: origin.actor)
        publish(message, to: .policyCommands, key: "\(origin.caller.tenant)/\(name)", id: commandID)
    }

    func decide(_ approvalID: String, _ decision: ApprovalsV1.Decision, comment: String, commandID: String) {
        let message = ApprovalsV1.DecideApproval(
            commandID: commandID, approvalID: approvalID, decision: decision, comment: comment, actor: origin.actor,
            actorRoles: origin.caller.roles)
        publish(message, to: .approvalsCommands, key: approvalID, id: commandID)
    }

    func decideIncident(
        _ row: IncidentRow, _ decision: AgentsV1.IncidentDecision, result: CoreV1.Payload?, comment: String,
        commandID: String
    ) {
        let message = AgentsV1.DecideIncident(
            commandID: commandID, incidentID: row.id, taskID: row.taskID, decision: decision, result: result,
            comment: comment, actor: origin.actor, executionID: row.executionID)
        if row.cause.isEmpty {
            publish(message, to: .agentsCommands, key: row.taskID, id: commandID)
        } else {
            publish(message, to: .orchestratorCommands, key: row.executionID, id: commandID)
        }
    }

    /// Asks the orchestrator how executions stand; one alone in its place in line.
    func inquire(_ executions: [(id: String, sequence: Int)], inOrder: Bool) {
        guard let first = executions.first else { return }
        let message = LivenessV1.InquireExecutions(
            executions: executions.map {
                LivenessV1.ExecutionInquiry(executionID: $0.id, sequence: Int64($0.sequence))
            },
            inOrder: inOrder)
        let id = "\(first.id)/inquiry/\(transaction.now.microseconds)"
        publish(message, to: .orchestratorCommands, key: first.id, id: id)
    }

    func index(_ documentID: String, in index: String, _ blob: CoreV1.Blob, metadata: [String: String]) {
        let message = KnowledgeV1.IndexDocument(
            documentID: documentID, index: index, blob: blob, metadata: metadata, actor: origin.actor)
        publish(message, to: .knowledgeCommands, key: documentID, id: "\(documentID)/index")
    }

    /// A CloudEvent of the gateway's own on the topic that outside systems publish to as well.
    func documentUploaded(_ documentID: String, _ facts: JSON) {
        let envelope = self.envelope(
            id: "\(documentID)/uploaded", type: "io.cadenza.document.uploaded.v1", subject: documentID)
        transaction.publish(
            Outbound(
                topic: .ingressEvents, key: origin.correlationID ?? documentID, envelope: envelope,
                contentType: "application/json", body: facts.bytes()))
    }

    /// An outside system's CloudEvent. The tenant is the caller's, whatever the event says.
    func forward(_ event: IncomingEvent) {
        let envelope = Envelope(
            id: event.id, type: event.type, source: event.source, time: event.time ?? transaction.now,
            subject: event.subject, tenant: origin.caller.tenant,
            correlationID: event.correlationID ?? origin.correlationID, traceparent: origin.traceparent,
            extensions: event.extensions)
        transaction.publish(
            Outbound(
                topic: .ingressEvents, key: event.correlationID ?? event.subject ?? event.id, envelope: envelope,
                contentType: event.contentType, body: event.data))
    }

    /// Publishes what is a message already.
    func pass(_ message: Outbound) { transaction.publish(message) }

    /// Tells the audit that the caller did `action` to `resource`.
    func audit(
        _ action: String, _ kind: String, _ resource: String, id: String, actorType: String = "user",
        _ details: JSON = [:]
    ) {
        let message = AuditV1.ActionAudited(
            auditID: id, actorType: actorType, actor: origin.actor, action: action, resourceType: kind,
            resource: resource, details: CoreV1.Payload(json: details), timeUs: transaction.now.microseconds)
        publish(message, to: .audit, key: origin.caller.tenant, id: id)
    }

    private func publish(_ message: some ProtoMessage, to topic: Topic, key: String, id: String) {
        let envelope = self.envelope(id: id, type: "", subject: key)
        transaction.publish(Outbound(topic: topic, key: key, envelope: envelope, message: message))
    }

    private func envelope(id: String, type: String, subject: String) -> Envelope {
        Envelope(
            id: id, type: type, source: "cadenza/gateway", time: transaction.now, subject: subject,
            tenant: origin.caller.tenant, correlationID: origin.correlationID, traceparent: origin.traceparent)
    }
}
