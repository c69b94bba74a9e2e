import AgentWorkerDomain
import Contracts
import Core
import Messaging

extension Announcement {
    static func raised(
        _ sending: EffectTable.Unsettled, _ code: ErrorCode, _ detail: String, of task: StoredTask,
        in transaction: MessageTransaction
    ) {
        let message = AgentsV1.IncidentRaised(
            incidentID: sending.incidentID, taskID: task.id, executionID: task.executionID,
            attempt: Int32(clamping: sending.key.number), task: task.task, function: sending.function,
            target: sending.target, effectClass: sending.effectClass.rawValue,
            code: code.rawValue, detail: detail,
            dispatchedUs: sending.dispatchedAt.microseconds, raisedUs: transaction.now.microseconds)
        publish(message, "\(sending.incidentID)/raised", task, transaction)
    }

    /// Of an answer that is evidence and no outcome.
    static func late(
        _ answer: EffectTable.Answer, _ contradicts: Bool, of task: StoredTask,
        in transaction: MessageTransaction
    ) {
        let (key, content) = (answer.key, answer.content)
        let message = AgentsV1.AnswerCameLate(
            taskID: task.id, executionID: task.executionID, number: Int32(clamping: key.number),
            dispatch: Int32(clamping: content.dispatch), status: Int32(clamping: content.outcome.status),
            effectClass: content.effectClass.rawValue, contradicts: contradicts,
            cameUs: transaction.now.microseconds)
        publish(message, "\(task.id)/\(key.number)/\(content.dispatch)/late", task, transaction)
    }

    static func decided(
        _ command: AgentsV1.DecideIncident, of task: StoredTask, in transaction: MessageTransaction
    ) {
        let message = AgentsV1.IncidentDecided(
            incidentID: command.incidentID, taskID: task.id, executionID: task.executionID,
            commandID: command.commandID, decision: command.decision, comment: command.comment, actor: command.actor,
            decidedUs: transaction.now.microseconds)
        publish(message, "\(command.incidentID)/decided", task, transaction)
    }

    /// Of an incident that need not exist: keyed by its own id.
    static func rejected(
        _ command: AgentsV1.DecideIncident, _ rejection: Rejection, tenant: String, in transaction: MessageTransaction
    ) {
        let message = AgentsV1.IncidentDecisionRejected(
            incidentID: command.incidentID, commandID: command.commandID, rejection: CoreV1.Rejection(rejection))
        transaction.publish(
            message, to: .agentsEvents, key: command.incidentID, id: "\(command.commandID)/rejected", tenant: tenant)
    }
}
