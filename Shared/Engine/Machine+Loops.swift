import Core
import Expressions
import Workflow

extension Machine {
    mutating func beginLoop(_ loop: LoopClause, _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope) throws(Fault) {
        let items = try items(loop.items, scope)
        try open(task, run, .for, scope)
        record(.loopStarted(run, items: items, each: loop.each, at: loop.at))
        if let frame = state.frames[run.number] { iterate(frame) }
    }

    /// What a loop or a map goes over.
    mutating func items(_ template: Template, _ scope: Scope) throws(Fault) -> [JSON] {
        let value = try resolve(template, scope.input, scope)
        guard let items = value.array else {
            throw Fault(
                .expression, detail: "the items are no array but of the kind \(value.kind)",
                instance: scope.task?.pointer)
        }
        return items
    }

    /// Begins the next iteration, or ends the loop.
    mutating func iterate(_ frame: Frame) {
        guard let loop = frame.loop, case .for(let clause) = task(of: frame).action else {
            preconditionFailure("no loop")
        }
        let next = loop.index + 1
        guard next < loop.items.count else {
            return finish(frame, output: frame.data, isUnchanged: true, usage: nil)
        }
        if let condition = clause.condition {
            bound = [loop.each: loop.items[next], loop.at: .integer(Int64(next))]
            defer { bound = [:] }
            let scope = Scope(
                task(of: frame), below: frame.run.parent, at: frame.run.number, input: frame.input, raw: frame.raw,
                startedAt: frame.startedAt)
            do {
                guard try isTrue(evaluate(condition, frame.data, scope)) else {
                    return finish(frame, output: frame.data, isUnchanged: true, usage: nil)
                }
            } catch {
                return fail(frame.run, error, usage: nil)
            }
        }
        record(.iterationStarted(frame.run, index: next))
    }
}
