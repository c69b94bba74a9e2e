import Core
import Expressions
import Workflow

extension Machine {
    /// Begins `task` as the next one of the list that `frame` runs.
    mutating func begin(_ task: WorkflowTask, in frame: Frame) {
        let raw = frame.data
        let (number, attempt) = number(for: task, in: frame)
        let iteration = frame.loop?.index ?? frame.listening?.iteration ?? frame.run.iteration
        let run = TaskRun(number: number, parent: frame.run.number, task: task.pointer, iteration: iteration)
        var scope = Scope(task, below: run.parent, input: raw, raw: raw, startedAt: now)
        do {
            // A task with extensions has been asked before them.
            let isAsked = frame.stages?.current == .task
            if !isAsked, let condition = task.condition, try !isTrue(evaluate(condition, raw, scope)) {
                return record(
                    .taskSkipped(task: task.pointer, parent: run.parent, flow: .next(task.position + 1)))
            }
            if try extend(task, run, frame, scope) { return }
            scope.input = try transformedInput(task.input, scope, raw)
            try perform(task, run, attempt, scope)
        } catch {
            fail(run, error, usage: nil)
        }
    }

    /// The run's number and attempt: a call that failed under a `try` is taken up again under its number, unless it was
    /// for a message: what comes in its place after the retry may be another one.
    private func number(for task: WorkflowTask, in frame: Frame) -> (number: Int, attempt: Int) {
        var around = frame
        while true {
            if !around.isHandling, let failed = around.guarding?.failed, let attempt = failed.attempt,
                failed.run.task == task.pointer, state.frame(failed.run.number) == nil,
                failed.path == state.path(below: frame.run.number)
            {
                return (failed.run.number, attempt + 1)
            }
            if around.handlesMessage { break }
            guard around.run.number != 0, let next = state.frame(around.run.parent) else { break }
            around = next
        }
        return (state.lastRun + 1, 1)
    }

    mutating func perform(_ task: WorkflowTask, _ run: TaskRun, _ attempt: Int, _ scope: Scope) throws(Fault) {
        switch task.action {
        case .set(let template): try end(task, run, scope, output: resolve(template, scope.input, scope))
        case .switch(let cases): try choose(cases, task, run, scope)
        case .raise(let error): throw try self.error(error, task, scope)
        case .emit(let template):
            let event = try cloudEvent(template, run, scope)
            record(.eventEmitted(run, event: event))
            try end(task, run, scope, output: event)
        case .do: try open(task, run, .do, scope)
        case .try:
            try open(task, run, .try, scope)
            limitAttempt(run)
        case .listen(let clause):
            try open(task, run, .listen, scope)
            try listen(clause, run, scope)
        case .wait(let template):
            let wait = try duration(template, scope)
            try open(task, run, .wait, scope)
            setTimer(wait, .wait(run.number), task: run.task)
        case .call(let function, let template): try call(function, template, task, run, attempt, scope)
        case .consume(let template, _): try call("asyncapi", template, task, run, attempt, scope)
        default: try performForm(task, run, attempt, scope)
        }
    }

    private mutating func call(
        _ function: String, _ template: Template, _ task: WorkflowTask, _ run: TaskRun, _ attempt: Int, _ scope: Scope
    ) throws(Fault) {
        let (arguments, deferred) = try resolveOutside(template, scope)
        try check(arguments, deferred, function, task)
        let expanded = try expandingEndpoint(function, arguments, written: task.definition["with"], scope)
        try request(
            task, run, TaskRequest(attempt: attempt, function: function, arguments: expanded, deferred: deferred),
            scope)
    }

    mutating func request(
        _ task: WorkflowTask, _ run: TaskRun, _ request: TaskRequest, _ scope: Scope
    ) throws(Fault) {
        try open(task, run, .call, scope)
        var request = request
        request.deadline = state.timers.isEmpty ? nil : state.timers.filter(isTimeout(around: run)).map(\.due).min()
        record(.taskRequested(run, request))
    }

    private func isTimeout(around run: TaskRun) -> (ExecutionTimer) -> Bool {
        var around: Set<Int> = [0]
        var next = run.number
        while next != 0, let frame = state.frame(next) {
            around.insert(next)
            next = frame.run.parent
        }
        return { timer in
            switch timer.purpose {
            case .timeout(let run), .attempt(let run): around.contains(run)
            case .wait, .retry, .breath: false
            }
        }
    }

    mutating func open(_ task: WorkflowTask, _ run: TaskRun, _ form: TaskForm, _ scope: Scope) throws(Fault) {
        record(.taskStarted(run, form: form, input: task.input.transform == nil ? JSON?.none : scope.input))
        try setTimeout(task.timeout, run: run, scope)
    }

    mutating func setTimeout(_ template: DurationTemplate?, run: TaskRun, _ scope: Scope) throws(Fault) {
        guard let template else { return }
        setTimer(try duration(template, scope), .timeout(run.number), task: run.task)
    }

    private mutating func choose(
        _ cases: [SwitchCase], _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope
    ) throws(Fault) {
        // The default holds only when no other case does, wherever it stands.
        var chosen = cases.first { $0.when == nil }
        for candidate in cases {
            guard let when = candidate.when, try isTrue(evaluate(when, scope.input, scope)) else { continue }
            chosen = candidate
            break
        }
        try end(task, run, scope, output: nil, then: chosen?.then)
    }

    /// Ends a task that needed no frame. A nil output is the input.
    private mutating func end(
        _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope, output: JSON?, then: FlowDirective? = nil
    ) throws(Fault) {
        let (transformed, context) = try results(task, scope, output ?? scope.input)
        let isUnchanged = output == nil && task.input.transform == nil && task.output.transform == nil
        record(
            .taskCompleted(
                run, output: isUnchanged ? JSON?.none : transformed, context: context,
                flow: flow(then ?? task.then, task),
                usage: nil))
    }

    /// Ends an open run with its raw output; `isUnchanged` tells that this is the run's data as it stands.
    mutating func finish(
        _ frame: Frame, output: JSON, isUnchanged: Bool, usage: JSON?, ends: Bool = false, context: JSON? = nil
    ) {
        let task = task(of: frame)
        var scope = Scope(
            task, below: frame.run.parent, at: frame.run.number, input: frame.input, raw: frame.raw,
            startedAt: frame.startedAt)
        scope.context = context
        do {
            let (transformed, context) = try results(task, scope, output)
            var flow = flow(task.then, task)
            if frame.isHandling, case .try(_, let clause) = task.action, let then = clause.then {
                flow = self.flow(then, task)
            }
            cancelTimers(of: frame.run.number)
            record(
                .taskCompleted(
                    frame.run, output: isUnchanged && task.output.transform == nil ? JSON?.none : transformed,
                    context: context,
                    flow: ends ? .end : flow, usage: usage))
        } catch {
            fail(frame.run, error, usage: usage)
        }
    }

    /// Output and context change of a task, from its raw output.
    private mutating func results(
        _ task: WorkflowTask, _ scope: Scope, _ raw: JSON
    ) throws(Fault) -> (JSON, ContextChange?) {
        var scope = scope
        scope.output = raw
        let output = try transformedOutput(task.output, scope, raw)
        outputLeft -= EvaluationBudget.size(of: output, stoppingAt: Self.largestOutput)
        scope.output = output
        return (output, try contextChange(task.export, output, scope))
    }

    /// What an `export` makes of the context.
    mutating func contextChange(
        _ export: DataStage, _ output: JSON, _ scope: Scope
    ) throws(Fault) -> ContextChange? {
        guard scope.context != nil || export.transform != nil || export.schema != nil else { return nil }
        let before = state.context(at: scope.at)
        var context = scope.context ?? before
        if let transform = export.transform { context = try resolve(transform, output, scope) }
        try check(export.schema, context, "export", scope)
        outputLeft -= EvaluationBudget.size(of: context, stoppingAt: Self.largestOutput)
        return ContextChange(from: before, to: context)
    }

    func flow(_ directive: FlowDirective, _ task: WorkflowTask) -> TaskFlow {
        switch directive {
        case .next: .next(task.position + 1)
        case .task(let position): .next(position)
        case .exit: .exit
        case .end: .end
        }
    }

    mutating func fail(_ run: TaskRun, _ fault: Fault, usage: JSON?) {
        cancelTimers(of: run.number)
        record(.taskFaulted(run, fault, usage: usage))
    }
}
