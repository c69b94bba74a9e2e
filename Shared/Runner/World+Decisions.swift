import Core
import Engine
import Workflow

extension World {
    mutating func begin(_ definition: CompiledDefinition, id: String, input: JSON, parent: ParentLink?) {
        guard instances[id] == nil else { return }
        let command = ExecutionCommand.start(
            executionID: id, definition: definition.reference, input: input, tenant: options.tenant, parent: parent)
        guard case .accepted(let events) = decide(nil, command, definition, now: now), let first = events.first,
            let state = ExecutionState(first)
        else { return }
        order.append(id)
        instances[id] = Instance(definition: definition, state: state, parent: parent)
        record(events.dropFirst(), first: first, of: id)
        restartIfDue()
    }

    mutating func dispatch(_ command: ExecutionCommand, to id: String) {
        guard let instance = instances[id] else { return }
        switch decide(instance.state, command, instance.definition, now: now) {
        case .accepted(let events): record(events[...], first: nil, of: id)
        case .rejected(let rejection): rejections.append(rejection)
        }
        restartIfDue()
    }

    private mutating func record(_ events: ArraySlice<ExecutionEvent>, first: ExecutionEvent?, of id: String) {
        if let first {
            log.append(first)
            lifecycle += LifecycleEvent.events(first, before: nil)
            act(on: first)
        }
        for event in events {
            lifecycle += LifecycleEvent.events(event, before: instances[id]?.state)
            instances[id]?.state.apply(event)
        }
        for event in events {
            log.append(event)
            act(on: event)
        }
    }

    /// What an event asks of the world around.
    private mutating func act(on event: ExecutionEvent) {
        switch event.outcome {
        case .taskRequested(let run, let request):
            calls.append(
                FunctionCall(
                    executionID: event.executionID, taskID: event.taskID ?? "", task: run.task, request: request,
                    now: now))
        case .timerSet(let timer, _): setTimer(timer, of: event.executionID)
        case .timerCancelled(let id): agenda.removeTimer(id)
        case .eventEmitted(_, let event): emit(event)
        default: actOnChildren(event)
        }
    }

    private mutating func setTimer(_ timer: ExecutionTimer, of id: String) {
        let ordinal = order.firstIndex(of: id) ?? 0
        let number = Int(timer.id.split(separator: ":").last?.dropFirst() ?? "") ?? 0
        agenda.add(
            .timer(execution: id, timer), due: timer.due, rank: rank(timer.id), number: ordinal << 32 + number)
    }

    private mutating func restartIfDue() {
        steps += 1
        let isDrawn = !options.disturbance.draw([.restart], at: "step:\(steps)").isEmpty
        if isDrawn || options.restartsAtEveryStep { restart() }
    }

    /// Forgets everything but what is stored, and goes on from that. What is under way outside stays under way.
    public mutating func restart() {
        agenda.removeTimers()
        restartSchedules()
        for id in order {
            guard let before = instances[id]?.state else { continue }
            let text = before.json.text()
            guard let json = try? JSON(parsing: text), let state = ExecutionState(json: json), state == before else {
                breaches.append("the state of \(id) does not survive its stored form")
                continue
            }
            instances[id]?.state = state
            for timer in state.pendingTimers { setTimer(timer, of: id) }
        }
    }
}
