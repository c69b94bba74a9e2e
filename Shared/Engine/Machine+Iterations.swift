import Core
import Expressions
import Workflow

/// What is done for each event that a `listen` takes, and for each message that a subscription gave.
extension Machine {
    /// The messages have come: they are handled one after the other.
    mutating func handle(_ messages: JSON, _ iteration: EventIteration, _ frame: Frame) {
        guard let items = messages.array else {
            let fault = Fault(
                .runtime, detail: "the subscription gave no list of messages but a value of the kind \(messages.kind)",
                instance: frame.run.task)
            return fail(frame.run, fault, usage: nil)
        }
        record(.loopStarted(frame.run, items: items, each: iteration.item, at: iteration.index))
        handleNext(frame.run.number)
    }

    private mutating func handleNext(_ run: Int) {
        guard let frame = state.frames[run], let loop = frame.loop else { preconditionFailure("no messages") }
        guard loop.index + 1 < loop.items.count else {
            return finish(frame, output: .array(loop.outputs), isUnchanged: false, usage: nil)
        }
        record(.iterationStarted(frame.run, index: loop.index + 1))
    }

    /// The tasks of an iteration have come to their end.
    mutating func endIteration(_ frame: Frame, ends: Bool) {
        let task = task(of: frame)
        if ends { return finish(frame, output: frame.data, isUnchanged: true, usage: nil, ends: true) }
        let (iteration, isKept) = iteration(of: task)
        var scope = Scope(
            task, below: frame.run.number, input: frame.input, output: frame.data, raw: frame.raw,
            startedAt: frame.startedAt)
        do {
            let output = try transformedOutput(iteration.output, scope, frame.data)
            scope.output = output
            let change = try contextChange(iteration.export, output, scope)
            record(.eventHandled(frame.run, output: isKept ? output : nil, context: change))
        } catch {
            return fail(frame.run, error, usage: nil)
        }
        if frame.form == .call { return handleNext(frame.run.number) }
        toExamine.insert(frame.run.number)
    }

    /// What a task does for each event or message, and whether the results are its output.
    private func iteration(of task: WorkflowTask) -> (EventIteration, isKept: Bool) {
        switch task.action {
        case .consume(_, let iteration): return (iteration, true)
        case .listen(let clause):
            guard let iteration = clause.iteration else { break }
            if case .never? = clause.strategy.until { return (iteration, false) }
            return (iteration, true)
        default: break
        }
        preconditionFailure("not an iterating run")
    }
}
