import Core
import Engine
import Workflow

/// Executions and those that they start speak with each other by messages, as they do across processes: nothing happens
/// inside of another's decision.
extension World {
    /// What an event asks of other executions.
    mutating func actOnChildren(_ event: ExecutionEvent) {
        switch event.outcome {
        case .childRequested(_, let request): plan(request, of: event)
        case .childCancelled(_, let id, let reason): plan(.cancel(reason: reason), to: id)
        case .childSuspended(_, let id, let reason): plan(.suspend(reason: reason), to: id)
        case .childResumed(_, let id): plan(.resume, to: id)
        case .executionCompleted, .executionFaulted, .executionCancelled:
            tellParent(of: event.executionID)
            continueSchedule(after: event.executionID)
        default: break
        }
    }

    private mutating func plan(_ request: ChildRequest, of event: ExecutionEvent) {
        let taskID = event.taskID ?? ""
        var parent: ParentLink?
        if request.awaits {
            let outstanding = instances[event.executionID]?.state.outstandingTasks.first { $0.taskID == taskID }
            parent = ParentLink(
                executionID: event.executionID, taskID: taskID, attempt: outstanding?.request.attempt ?? 1)
        }
        agenda.add(.child(request, parent), due: now, rank: rank(request.executionID))
    }

    private mutating func plan(_ command: ExecutionCommand, to id: String) {
        agenda.add(.command(execution: id, command), due: now, rank: rank("\(id)/\(steps)"))
    }

    /// `latest` is resolved now; the log of the child records what it was.
    mutating func begin(_ request: ChildRequest, _ parent: ParentLink?) {
        let wanted = request.definition
        guard
            let definition = shelf.definition(
                namespace: wanted.namespace, name: wanted.name, version: wanted.version)
        else {
            guard let parent else { return }
            let fault = Fault(.configuration, detail: "there is no workflow \(wanted)")
            return plan(
                .taskFailed(taskID: parent.taskID, attempt: parent.attempt, fault: fault, usage: nil),
                to: parent.executionID)
        }
        begin(definition, id: request.executionID, input: request.input, parent: parent)
    }

    private mutating func tellParent(of id: String) {
        guard let instance = instances[id], let parent = instance.parent else { return }
        let command: ExecutionCommand
        switch instance.state.status {
        case .completed:
            command = .taskCompleted(
                taskID: parent.taskID, attempt: parent.attempt, output: instance.state.output ?? .null, usage: nil)
        case .faulted:
            command = .taskFailed(
                taskID: parent.taskID, attempt: parent.attempt, fault: instance.state.fault ?? Fault(.runtime),
                usage: nil)
        default:
            let fault = Fault(.runtime, detail: "the execution \(id) was cancelled")
            command = .taskFailed(taskID: parent.taskID, attempt: parent.attempt, fault: fault, usage: nil)
        }
        plan(command, to: parent.executionID)
    }
}
