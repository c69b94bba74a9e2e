import Core
import Expressions
import Workflow

extension Machine {
    /// Functions that call one another may be nested so deep.
    static let deepestFunctions = 100
    /// No execution's id is longer, in bytes.
    static let longestID = 200

    mutating func performForm(_ task: WorkflowTask, _ run: TaskRun, _ attempt: Int, _ scope: Scope) throws(Fault) {
        switch task.action {
        case .for(let loop): try beginLoop(loop, task, run, scope)
        case .fork(let branches, let competes): try beginFork(branches, competes: competes, task, run, scope)
        case .map(let clause): try beginMap(clause, task, run, scope)
        case .function(_, let template):
            let arguments = try resolve(template, scope.input, scope)
            try checkDepth(run, task)
            try open(task, run, .function, scope)
            record(.functionEntered(run, arguments: arguments))
        case .child(let clause): try beginChild(clause, task, run, scope)
        case .process(let function, let template, let awaits):
            let (arguments, deferred) = try resolveOutside(template, scope)
            let expanded = try expandingEndpoint(
                function, arguments, written: task.definition["run"]?[function], scope)
            try request(
                task, run, TaskRequest(attempt: attempt, function: function, arguments: expanded, deferred: deferred),
                scope)
            if !awaits { pass(run) }
        case .until(let template):
            let moment = try moment(template, scope)
            try open(task, run, .wait, scope)
            setTimer(max(.zero, moment - now), .wait(run.number), task: run.task)
        default: preconditionFailure("the other actions are performed elsewhere")
        }
    }

    private mutating func beginChild(
        _ clause: ChildClause, _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope
    ) throws(Fault) {
        var input = scope.input
        if let template = clause.input { input = try resolve(template, scope.input, scope) }
        let id = state.childID(run.number)
        guard id.utf8.count <= Self.longestID else {
            throw Fault(.runtime, detail: "the executions are nested too deep", instance: task.pointer)
        }
        try open(task, run, .child, scope)
        let child = ChildRequest(executionID: id, definition: clause.definition, input: input, awaits: clause.awaits)
        record(.childRequested(run, child))
        if !clause.awaits { pass(run) }
    }

    /// Ends a run that nobody waits for: its input is its output.
    private mutating func pass(_ run: TaskRun) {
        guard let frame = state.frames[run.number] else { return }
        finish(frame, output: frame.input, isUnchanged: true, usage: nil)
    }

    private func checkDepth(_ run: TaskRun, _ task: WorkflowTask) throws(Fault) {
        var (next, depth) = (run.parent, 0)
        while next != 0, let frame = state.frames[next] {
            if frame.form == .function { depth += 1 }
            next = frame.run.parent
        }
        guard depth < Self.deepestFunctions else {
            throw Fault(
                .runtime, detail: "more than \(Self.deepestFunctions) functions call one another",
                instance: task.pointer)
        }
    }

    /// When `until` ends.
    private mutating func moment(_ template: Template, _ scope: Scope) throws(Fault) -> Instant {
        let arguments = try resolve(template, scope.input, scope)
        do {
            return try UntilMoment(arguments).instant
        } catch {
            throw Fault(.validation, detail: error.detail, instance: scope.task?.pointer)
        }
    }
}
