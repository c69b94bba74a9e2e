import AgentWorkerDomain
import Contracts
import Core
import Messaging
import ProtoWire

extension StoredTask {
    /// The task that a request begins.
    init(_ request: TasksV1.RunTask, _ inbound: Inbound) {
        self.init(
            id: request.taskID, executionID: request.executionID, tenant: inbound.envelope.tenant, task: request.task,
            function: request.function, arguments: (request.arguments ?? CoreV1.Payload()).protoBytes(),
            deferred: request.deferred?.protoBytes() ?? [],
            deadline: request.deadlineUs > 0 ? Instant(microseconds: request.deadlineUs) : nil,
            requestedAt: inbound.receivedAt,
            state: TaskState(attempt: max(1, Int(request.attempt)), stage: .waiting(until: inbound.receivedAt)),
            messageID: inbound.envelope.id, correlationID: inbound.envelope.correlationID,
            traceparent: inbound.envelope.traceparent)
    }

    /// The message that brought it, as the cause of what follows.
    func cause(at now: Instant) -> Envelope {
        Envelope(
            id: messageID, type: TasksV1.RunTask.protoName, source: "cadenza/orchestrator", time: now, tenant: tenant,
            correlationID: correlationID ?? executionID, traceparent: traceparent)
    }

    /// The arguments as they came, perhaps a claim check.
    func payload() throws -> CoreV1.Payload { try CoreV1.Payload(protoBytes: arguments) }

    /// What is evaluated here, as it came; nil for nothing.
    func deferredPayload() throws -> CoreV1.Payload? {
        deferred.isEmpty ? nil : try CoreV1.Payload(protoBytes: deferred)
    }
}
