import Core
import Expressions
import Workflow

extension Machine {
    /// Asks for the events of every `listen`, so that those which come early are kept.
    mutating func subscribe() {
        for (position, listen) in definition.listens.enumerated() {
            record(
                .subscriptionOpened(
                    EventSubscription(
                        id: "\(state.executionID):s\(position + 1)", task: listen.task, isOnce: listen.isOnce)))
        }
    }

    /// After a migration: asks for the events of what the version listens to beside, and no more for what it does not.
    mutating func resubscribe(from old: CompiledDefinition, _ tasks: [String: String]) {
        var last = 0
        for subscription in state.subscriptions {
            last = max(last, subscription.id.split(separator: ":s").last.flatMap { Int($0) } ?? 0)
            let before = tasks.first { $0.value == subscription.task }?.key ?? subscription.task
            let listen = definition.task(at: subscription.task)?.definition["listen"]
            if listen == nil || listen != old.task(at: before)?.definition["listen"] {
                record(.subscriptionClosed(subscriptionID: subscription.id))
            }
        }
        for listen in definition.listens where !state.subscriptions.contains(where: { $0.task == listen.task }) {
            last += 1
            let id = "\(state.executionID):s\(last)"
            record(.subscriptionOpened(EventSubscription(id: id, task: listen.task, isOnce: listen.isOnce)))
        }
    }

    /// Keeps an event that one of the filters may fit, and looks at it where it is waited for.
    mutating func receive(_ subscriptionID: String, _ event: JSON) {
        guard let mailbox = state.mailboxes.first(where: { $0.subscription.id == subscriptionID }),
            !mailbox.hasSeen(event), let task = definition.task(at: mailbox.subscription.task),
            case .listen(let clause) = task.action, clause.strategy.mayFit(event)
        else { return }
        record(.eventReceived(subscriptionID: subscriptionID, event: event))
        for run in state.frames.listening where state.frames[run]?.run.task == task.pointer { toExamine.insert(run) }
    }

    mutating func examineAll() {
        toExamine.formUnion(state.frames.listening)
    }

    /// Begins to listen: what filters expect is fixed now, for as long as the task is active.
    mutating func listen(_ clause: ListenClause, _ run: TaskRun, _ scope: Scope) throws(Fault) {
        var expected: [String: [String: String]] = [:]
        for filter in clause.strategy.filters + (clause.strategy.stops?.filters ?? []) {
            for correlation in filter.correlations {
                guard let template = correlation.expect else { continue }
                let value = try resolve(template, scope.input, scope)
                expected[filter.pointer, default: [:]][correlation.name] = EventFilter.key(value)
            }
        }
        let mailbox = state.mailboxes.first { $0.subscription.task == run.task }
        guard let subscription = mailbox?.subscription else {
            throw Fault(.runtime, detail: "the execution began before its definition was listened for")
        }
        record(.correlationStarted(run, subscription, expected: expected))
        toExamine.insert(run.number)
    }

    /// Takes the next event that fits, or ends the wait.
    mutating func examine(_ frame: Frame) {
        let task = task(of: frame)
        guard case .listen(let clause) = task.action, let listening = frame.listening else {
            preconditionFailure("not a listening run")
        }
        let scope = Scope(
            task, below: frame.run.parent, at: frame.run.number, input: frame.input, raw: frame.raw,
            startedAt: frame.startedAt)
        do {
            let items = listening.gathering.items
            if try listening.gathering.isComplete(
                clause.strategy,
                { condition throws(Fault) in try isTrue(evaluate(condition, .array(items), scope)) })
            {
                let output = clause.iteration == nil ? items : listening.outputs
                return finish(frame, output: .array(output), isUnchanged: false, usage: nil)
            }
        } catch {
            return fail(frame.run, error, usage: nil)
        }
        guard let (letter, step) = next(frame, listening, clause, scope) else {
            toExamine.remove(frame.run.number)
            return
        }
        consume(letter, step, clause, frame)
    }

    private mutating func next(
        _ frame: Frame, _ listening: Listening, _ clause: ListenClause, _ scope: Scope
    ) -> (Int, EventGathering.Step)? {
        guard let mailbox = state.mailboxes.first(where: { $0.subscription.task == frame.run.task }) else { return nil }
        for letter in mailbox.letters where letter.number > listening.examined {
            let step = listening.gathering.step(
                letter.event, clause.strategy, clause.reading, expected: listening.expected
            ) { expression, value in try? evaluate(expression, value, scope) }
            if let step { return (letter.number, step) }
        }
        return nil
    }

    private mutating func consume(
        _ letter: Int, _ step: EventGathering.Step, _ clause: ListenClause, _ frame: Frame
    ) {
        var isKept = true
        if case .never? = clause.strategy.until { isKept = false }
        var variables: EventConsumption.Variables?
        if let iteration = clause.iteration, step.item != nil {
            variables = EventConsumption.Variables(item: iteration.item, index: iteration.index)
        }
        if let item = step.item {
            outputLeft -= EvaluationBudget.size(of: item, stoppingAt: Self.largestOutput)
        }
        record(
            .eventConsumed(
                frame.run, EventConsumption(letter: letter, step: step, isKept: isKept, variables: variables)))
        // Without tasks an iteration ends where it begins.
        if variables != nil, clause.iteration?.body == nil, let frame = state.frame(frame.run.number) {
            endIteration(frame, ends: false)
        }
    }
}
