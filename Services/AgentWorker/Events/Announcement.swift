import AgentWorkerDomain
import Contracts
import Core
import Messaging
import ProtoWire

/// Publishes what happens to tasks. The ids tell task, attempt and event, so a repetition is recognised as one.
enum Announcement {
    static func started(_ task: StoredTask, worker: String, in transaction: MessageTransaction) {
        let message = AgentsV1.TaskStarted(
            taskID: task.id, executionID: task.executionID, attempt: Int32(clamping: task.attempt), worker: worker)
        // Whoever takes it over says so too.
        let lease = task.leases == 1 ? "" : "/\(task.leases)"
        publish(message, "\(task.id)/\(task.attempt)/started\(lease)", task, transaction)
    }

    static func completed(
        _ task: StoredTask, _ output: CoreV1.Payload, _ usage: AgentLoop.Usage, in transaction: MessageTransaction
    ) {
        let message = AgentsV1.TaskCompleted(
            taskID: task.id, executionID: task.executionID, attempt: Int32(clamping: task.attempt), output: output,
            usage: CoreV1.Usage(usage))
        publish(message, "\(task.id)/\(task.attempt)/completed", task, transaction)
    }

    static func failed(
        _ task: StoredTask, _ fault: Fault, _ usage: AgentLoop.Usage, in transaction: MessageTransaction
    ) {
        let message = AgentsV1.TaskFailed(
            taskID: task.id, executionID: task.executionID, attempt: Int32(clamping: task.attempt),
            fault: CoreV1.Fault(fault), usage: CoreV1.Usage(usage))
        publish(message, "\(task.id)/\(task.attempt)/failed", task, transaction)
    }

    static func turn(_ turn: Turn, of task: StoredTask, in transaction: MessageTransaction) {
        let message = AgentsV1.TurnRecorded(
            taskID: task.id, executionID: task.executionID, attempt: Int32(clamping: task.attempt),
            turn: Int32(clamping: turn.number), kind: "model", request: turn.request, response: turn.response,
            usage: CoreV1.Usage(turn.usage), durationUs: turn.duration.wholeMicroseconds)
        publish(message, "\(task.id)/turn/\(turn.number)", task, transaction)
    }

    /// One turn of an agent.
    struct Turn {
        var number: Int
        var request: CoreV1.Payload
        var response: CoreV1.Payload
        var usage: AgentLoop.Usage
        var duration: Duration
    }

    static func query(_ task: StoredTask, _ call: RetrieveCall, in transaction: MessageTransaction) {
        let message = KnowledgeV1.RetrievePassages(
            queryID: task.id, executionID: task.executionID, index: call.index, query: call.query, filter: call.filter,
            limit: Int32(clamping: call.limit), minimumScore: call.minimumScore, attempt: Int32(clamping: task.attempt))
        ask(message, "\(task.id)/\(task.attempt)/query", task, transaction)
    }

    static func embedding(
        _ task: StoredTask, _ texts: CoreV1.Payload, model: String, in transaction: MessageTransaction
    ) {
        let message = KnowledgeV1.EmbedTexts(
            requestID: task.id, executionID: task.executionID, attempt: Int32(clamping: task.attempt), texts: texts,
            model: model)
        ask(message, "\(task.id)/\(task.attempt)/embed", task, transaction)
    }

    private static func ask(
        _ message: some ProtoMessage, _ id: String, _ task: StoredTask, _ transaction: MessageTransaction
    ) {
        transaction.publish(
            message, to: .knowledgeCommands, key: task.id, id: id, tenant: task.tenant,
            causedBy: task.cause(at: transaction.now))
    }

    static func publish(
        _ message: some ProtoMessage, _ id: String, _ task: StoredTask, _ transaction: MessageTransaction
    ) {
        transaction.publish(
            message, to: .agentsEvents, key: task.executionID, id: id, tenant: task.tenant, subject: task.id,
            causedBy: task.cause(at: transaction.now))
    }
}

extension CoreV1.Usage {
    init(_ usage: AgentLoop.Usage) {
        self.init(
            inputTokens: Int64(usage.inputTokens), outputTokens: Int64(usage.outputTokens),
            modelCalls: Int32(clamping: usage.calls))
    }
}
