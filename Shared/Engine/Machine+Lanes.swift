import Core
import Expressions
import Workflow

extension Machine {
    mutating func beginFork(
        _ branches: TaskList, competes: Bool, _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope
    ) throws(Fault) {
        try open(task, run, .fork, scope)
        let count = branches.tasks.count
        record(.lanesOpened(run, LaneSetup(count: count, limit: count, mode: competes ? .compete : .join)))
    }

    mutating func beginMap(_ clause: MapClause, _ task: WorkflowTask, _ run: TaskRun, _ scope: Scope) throws(Fault) {
        let items = try items(clause.items, scope)
        let limit = try resolve(clause.concurrency, scope.input, scope)
        guard let limit = limit.int, limit >= 1 else {
            throw Fault(
                .validation, detail: "map: `concurrency` must be a whole number from 1 on", instance: task.pointer)
        }
        try open(task, run, .map, scope)
        record(
            .lanesOpened(
                run,
                LaneSetup(
                    count: items.count, limit: limit, mode: clause.collectsErrors ? .collect : .join, items: items,
                    each: clause.each, at: clause.at)))
    }

    /// Opens the next lane of `run`, or ends the run.
    mutating func moveLanes(_ run: Int) {
        guard var frame = state.frames[run], let lanes = frame.lanes else { preconditionFailure("no lanes") }
        guard lanes.canOpen else { return join(frame, lanes) }
        let lane = lanes.next
        // What it holds is about to change: a second copy would have to be made of all of it.
        frame.lanes = nil
        if case .fork(let branches, _) = task(of: frame).action {
            return begin(branches.tasks[lane], in: frame)
        }
        let number = state.lastRun + 1
        record(
            .taskStarted(
                TaskRun(number: number, parent: run, task: frame.run.task, iteration: lane), form: .lane, input: nil))
    }

    /// All lanes have ended, or one of them has decided the matter.
    private mutating func join(_ frame: Frame, _ lanes: Lanes) {
        let run = frame.run
        var (output, changes) = (JSON.array(lanes.outputs.map { $0 ?? .null }), lanes.contexts)
        if let winner = lanes.winner {
            let reason = lanes.ends ? "another branch ended the execution" : "another branch was first"
            cancelBelow(run.number, reason: reason, timersOfRunToo: false)
            output = lanes.outputs[winner] ?? .null
            changes = changes.filter { $0.lane == winner }
        } else if lanes.setup.mode == .compete {
            // Nobody won: the branches failed or were skipped.
            if let failure = lanes.failure { return fail(run, failure.fault, usage: nil) }
            output = frame.data
        }
        do {
            let before = state.context(at: run.number)
            let context = try merged(before, changes, run)
            guard lanes.ends else {
                return finish(
                    frame, output: output, isUnchanged: false, usage: nil,
                    context: changes.isEmpty ? JSON?.none : context)
            }
            // The branch speaks for the execution, so what the task makes of all branches' outputs does not apply.
            cancelTimers(of: run.number)
            record(
                .taskCompleted(
                    run, output: output, context: ContextChange(from: before, to: context), flow: .end, usage: nil))
        } catch {
            fail(run, error, usage: nil)
        }
    }

    /// The context with the changes of all lanes: to different keys of the object, else it is an error.
    private func merged(_ before: JSON, _ changes: [Lanes.Change], _ run: TaskRun) throws(Fault) -> JSON {
        let changes = changes.filter { $0.context != before }.sorted { $0.lane < $1.lane }
        if changes.count < 2 { return changes.first?.context ?? before }
        let old = before.object ?? JSONObject()
        var result = old
        var changed: Set<String> = []
        for change in changes {
            guard before.isNull || before.object != nil, let new = change.context.object else {
                throw Fault(
                    .runtime, detail: "several branches changed the context, and not only keys of it",
                    instance: run.task)
            }
            for key in new.keys + old.keys.filter({ new[$0] == nil }) where new[key] != old[key] {
                guard changed.insert(key).inserted else {
                    throw Fault(
                        .runtime, detail: "several branches changed the context's key \(key)", instance: run.task)
                }
                result[key] = new[key]
            }
        }
        return .object(result)
    }
}
