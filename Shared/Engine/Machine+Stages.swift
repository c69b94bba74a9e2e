import Core
import Workflow

extension Machine {
    /// Opens the stages around `task` when extensions apply to it; false when none does.
    mutating func extend(_ task: WorkflowTask, _ run: TaskRun, _ frame: Frame, _ scope: Scope) throws(Fault) -> Bool {
        if task.extensions.isEmpty || frame.stages?.current == .task { return false }
        var applied: [Int] = []
        for position in task.extensions {
            if let when = definition.extensions[position].when {
                guard try isTrue(evaluate(when, scope.raw, scope)) else { continue }
            }
            applied.append(position)
        }
        if applied.isEmpty { return false }
        let before = applied.filter { definition.extensions[$0].before != nil }.map(Stages.Stage.before)
        let after = applied.filter { definition.extensions[$0].after != nil }.map(Stages.Stage.after)
        // A call that is taken up again has its old number, but not so what is around it.
        let around = TaskRun(
            number: state.lastRun + 1, parent: run.parent, task: run.task, iteration: run.iteration)
        record(.taskStarted(around, form: .extended, input: nil))
        record(.stageEntered(around, stages: Stages(before + [.task] + after), position: 0))
        return true
    }

    func stageTasks(_ frame: Frame, _ task: WorkflowTask) -> [WorkflowTask] {
        switch frame.stages?.current {
        case .before(let position): definition.extensions[position].before?.tasks ?? []
        // Once it has ended, its list has.
        case .task: frame.stages?.flow == nil ? [task] : []
        case .after(let position): definition.extensions[position].after?.tasks ?? []
        case nil: []
        }
    }

    mutating func completeStage(_ frame: Frame, _ flow: TaskFlow) {
        guard let stages = frame.stages else { preconditionFailure("no stages") }
        let task = task(of: frame)
        switch stages.current {
        case .before where flow == .exit:
            return record(
                .taskCompleted(
                    frame.run, output: nil, context: nil, flow: self.flow(task.then, task), usage: nil))
        case .before where flow == .end, .after where flow == .end:
            return record(.taskCompleted(frame.run, output: nil, context: nil, flow: .end, usage: nil))
        default: break
        }
        guard stages.at + 1 < stages.list.count else {
            let output = stages.current == .task ? nil : stages.result
            return record(
                .taskCompleted(
                    frame.run, output: output, context: nil, flow: stages.flow ?? self.flow(task.then, task),
                    usage: nil))
        }
        record(.stageEntered(frame.run, stages: nil, position: stages.at + 1))
    }
}
