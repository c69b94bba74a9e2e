import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain

/// Reads the messages of all topics that the orchestrator follows.
struct IncomingReader: Sendable {
    /// No id is longer.
    static let longestID = 200

    let claims: ClaimCheck

    /// Reads a message; nil when it is none of the orchestrator's business. Throws `UnreadableMessage` when it can
    /// never be read, and other errors when the object store cannot be reached now.
    func read(_ message: Inbound) async throws -> Incoming? {
        do {
            if let command = try await command(message) { return command }
            return try await answer(message)
        } catch let error as Poison {
            throw UnreadableMessage(code: error.code, cause: error.cause)
        }
    }

    private func command(_ message: Inbound) async throws -> Incoming? {
        switch message.envelope.type {
        case OrchestratorV1.RegisterDefinition.protoName:
            let body = try message.decode(OrchestratorV1.RegisterDefinition.self)
            let content = Incoming.Content.register(
                body.definition ?? CoreV1.DefinitionReference(), commandID: body.commandID,
                document: try await claims.json(body.document), actor: body.actor)
            return Incoming(envelope: message.envelope, content: content, executionID: "", message: message)
        case OrchestratorV1.MigrateExecutions.protoName:
            let body = try message.decode(OrchestratorV1.MigrateExecutions.self)
            guard !body.migrationID.isEmpty, body.migrationID.utf8.count <= Self.longestID else {
                throw Self.malformed("the migration id must have 1 to \(Self.longestID) bytes")
            }
            return Incoming(envelope: message.envelope, content: .migrate(body), executionID: "", message: message)
        case OrchestratorV1.StartExecution.protoName:
            let body = try message.decode(OrchestratorV1.StartExecution.self)
            guard let definition = body.definition else { throw Self.malformed("the definition is missing") }
            let input = try await claims.json(body.input)
            let parent = body.parent.map {
                ParentLink(executionID: $0.executionID, taskID: $0.taskID, attempt: Int($0.attempt))
            }
            return try incoming(message, body.executionID, .start(definition, input: input, parent: parent))
        case OrchestratorV1.ReportChild.protoName:
            let body = try message.decode(OrchestratorV1.ReportChild.self)
            let outcome: TaskOutcome =
                if let fault = body.fault { .failed(Fault(fault)) } else {
                    .completed(try await claims.json(body.output))
                }
            return try incoming(message, body.executionID, body.taskID, body.attempt, outcome)
        case OrchestratorV1.CancelExecution.protoName:
            let body = try message.decode(OrchestratorV1.CancelExecution.self)
            return try incoming(message, body.executionID, .cancel(reason: body.reason))
        case OrchestratorV1.SuspendExecution.protoName:
            let body = try message.decode(OrchestratorV1.SuspendExecution.self)
            return try incoming(message, body.executionID, .suspend(reason: body.reason))
        case OrchestratorV1.ResumeExecution.protoName:
            let body = try message.decode(OrchestratorV1.ResumeExecution.self)
            return try incoming(message, body.executionID, .resume)
        case OrchestratorV1.DeliverEvent.protoName:
            let body = try message.decode(OrchestratorV1.DeliverEvent.self)
            let event = try await claims.json(body.event)
            let content = Incoming.Content.deliver(subscriptionID: body.subscriptionID, event: event)
            return try incoming(message, body.executionID, content)
        case LivenessV1.InquireExecutions.protoName:
            let body = try message.decode(LivenessV1.InquireExecutions.self)
            return Incoming(envelope: message.envelope, content: .inquiry(body), executionID: "", message: message)
        case AgentsV1.DecideIncident.protoName where message.topic == Topic.orchestratorCommands:
            let body = try message.decode(AgentsV1.DecideIncident.self)
            return try incoming(message, body.executionID, .decision(body, try await outcome(of: body)))
        default:
            guard message.topic != Topic.orchestratorCommands else {
                throw UnreadableMessage(
                    code: .unreadableMessage, cause: "there is no command \(message.envelope.type)")
            }
            return nil
        }
    }

    /// What a decision makes of the task that it is about; nil when nothing yet.
    private func outcome(of decision: AgentsV1.DecideIncident) async throws -> TaskOutcome? {
        switch decision.decision {
        case .done: .completed(try await claims.json(decision.result))
        case .fail: .failed(Fault(.runtime, title: ErrorCode.causeLost.rawValue, detail: decision.comment))
        default: nil
        }
    }

    /// What the services that work for an execution answer. What they tell others is passed over.
    private func answer(_ message: Inbound) async throws -> Incoming? {
        switch message.envelope.type {
        case LivenessV1.TasksStanding.protoName:
            let body = try message.decode(LivenessV1.TasksStanding.self)
            return Incoming(envelope: message.envelope, content: .standing(body), executionID: "", message: message)
        case AgentsV1.TaskCompleted.protoName:
            let body = try message.decode(AgentsV1.TaskCompleted.self)
            let outcome = TaskOutcome.completed(try await claims.json(body.output))
            return try incoming(message, body.executionID, body.taskID, body.attempt, outcome, body.usage)
        case AgentsV1.TaskFailed.protoName:
            let body = try message.decode(AgentsV1.TaskFailed.self)
            let fault = body.fault.map { Fault($0) } ?? Fault(.runtime, detail: "the worker gave no reason")
            return try incoming(message, body.executionID, body.taskID, body.attempt, .failed(fault), body.usage)
        case PolicyV1.VerdictGiven.protoName:
            let body = try message.decode(PolicyV1.VerdictGiven.self)
            let outcome = TaskOutcome.completed(try await claims.json(body.verdict))
            return try incoming(message, body.executionID, body.evaluationID, body.attempt, outcome)
        case PolicyV1.EvaluationFailed.protoName:
            let body = try message.decode(PolicyV1.EvaluationFailed.self)
            let outcome = TaskOutcome.refused(Rejection(body.rejection ?? CoreV1.Rejection()))
            return try incoming(message, body.executionID, body.evaluationID, body.attempt, outcome)
        case ApprovalsV1.ApprovalDecided.protoName:
            let body = try message.decode(ApprovalsV1.ApprovalDecided.self)
            guard let decision = body.decision.text else { throw Self.malformed("the decision is unknown") }
            let outcome = TaskOutcome.decided(
                decision, actor: body.actor, comment: body.comment, at: Instant(microseconds: body.decidedUs))
            return try incoming(message, body.executionID, body.approvalID, body.attempt, outcome)
        case ApprovalsV1.RequestRejected.protoName:
            let body = try message.decode(ApprovalsV1.RequestRejected.self)
            let outcome = TaskOutcome.refused(Rejection(body.rejection ?? CoreV1.Rejection()))
            return try incoming(message, body.executionID, body.approvalID, body.attempt, outcome)
        case ApprovalsV1.ApprovalExpired.protoName:
            let body = try message.decode(ApprovalsV1.ApprovalExpired.self)
            let outcome = TaskOutcome.expired(at: Instant(microseconds: body.expiredUs))
            return try incoming(message, body.executionID, body.approvalID, body.attempt, outcome)
        default: return nil
        }
    }

    private func incoming(
        _ message: Inbound, _ executionID: String, _ content: Incoming.Content
    ) throws(UnreadableMessage) -> Incoming {
        guard !executionID.isEmpty, executionID.utf8.count <= Self.longestID else {
            throw Self.malformed("the execution id must have 1 to \(Self.longestID) bytes")
        }
        return Incoming(envelope: message.envelope, content: content, executionID: executionID, message: message)
    }

    /// Evaluations that a worker asked for on its own account carry ids that are no task ids: they are passed over.
    private func incoming(
        _ message: Inbound, _ executionID: String, _ taskID: String, _ attempt: Int32, _ outcome: TaskOutcome,
        _ usage: CoreV1.Usage? = nil
    ) throws(UnreadableMessage) -> Incoming? {
        guard let task = TaskIdentity(taskID) else {
            if message.topic == Topic.policyEvents { return nil }
            throw Self.malformed("the task id is not one")
        }
        guard task.executionID == executionID else {
            if message.topic == Topic.policyEvents { return nil }
            throw Self.malformed("the task id is not of the execution")
        }
        return try incoming(
            message, executionID, .answer(taskID: taskID, attempt: Int(attempt), outcome, usage: usage?.json))
    }

    private static func malformed(_ cause: String) -> UnreadableMessage {
        UnreadableMessage(code: .malformedCommand, cause: cause)
    }
}
