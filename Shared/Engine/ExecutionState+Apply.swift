import Core

extension ExecutionState {
    /// The state after the first event; nil when that is not `executionStarted`.
    public init?(_ first: ExecutionEvent) {
        guard case .executionStarted(let definition, let tenant, let input, let transformed, let parent) = first.outcome
        else {
            return nil
        }
        self.init(
            executionID: first.executionID, definition: definition, tenant: tenant, parent: parent,
            input: input, startedAt: first.time, updatedAt: first.time, frames: FrameTree())
        frames.open(
            Frame(
                run: TaskRun(number: 0, parent: 0, task: ""), form: .workflow, raw: input,
                input: transformed ?? input, data: transformed ?? input, startedAt: first.time,
                step: .advance(.next(0))))
    }

    /// The fold of a log; nil when it is empty or does not begin with `executionStarted`.
    public init?(folding events: some Sequence<ExecutionEvent>) {
        var state: ExecutionState?
        for event in events {
            if state == nil {
                guard let first = ExecutionState(event) else { return nil }
                state = first
            } else {
                state!.apply(event)
            }
        }
        guard let state else { return nil }
        self = state
    }

    /// Takes in the next event of this execution's log.
    public mutating func apply(_ event: ExecutionEvent) {
        precondition(event.executionID == executionID, "an event of another execution")
        sequence += 1
        updatedAt = event.time
        switch event.outcome {
        case .executionStarted: preconditionFailure("an execution starts once")
        case .executionSuspended(let reason): suspension = reason
        case .executionResumed: suspension = nil
        case .executionCancelled: end(.cancelled)
        case .executionFaulted(let fault):
            self.fault = fault
            end(.faulted)
        case .executionCompleted(let output):
            self.output = output ?? frames[0]?.data
            end(.completed)
        case .executionMigrated(let definition, let tasks, let positions):
            migrate(to: definition, tasks: tasks, positions: positions)
        case .timerSet(let timer, _):
            lastTimer += 1
            timers.append(timer)
            breaths = timer.purpose == .breath ? breaths + 1 : 0
        case .timerCancelled(let id): timers.removeAll { $0.id == id }
        case .timerFired(let id): applyFired(id)
        case .subscriptionOpened, .subscriptionClosed, .eventReceived, .correlationStarted, .eventConsumed,
            .eventHandled:
            applyEvents(event.outcome, at: event.time)
        case .eventEmitted, .childCancelled, .childSuspended, .childResumed, .requestCancelled: break
        case .taskStarted, .taskRequested, .taskSkipped, .taskCompleted, .taskFaulted, .taskCancelled:
            applyTask(event.outcome, at: event.time)
        default: applyForm(event.outcome)
        }
    }

    private mutating func end(_ status: ExecutionStatus) {
        ending = status
        suspension = nil
        frames.removeAll()
        timers = []
        mailboxes = []
    }

    private mutating func applyFired(_ id: String) {
        guard let at = timers.firstIndex(where: { $0.id == id }) else { return }
        let timer = timers.remove(at: at)
        let around = frames[timer.purpose.run].map { path(below: $0.run.parent) } ?? []
        frames.update(timer.purpose.run) { frame in
            switch timer.purpose {
            case .wait: frame.goOn(.rested)
            case .breath: break
            case .retry: frame.goOn(.advance(.next(0)))
            case .timeout: frame.timeOut("the time-out passed", path: around)
            case .attempt: frame.timeOut("the attempt took too long", path: around, endsAttempt: true)
            }
        }
    }

    private mutating func applyTask(_ outcome: ExecutionEvent.Outcome, at time: Instant) {
        switch outcome {
        case .taskStarted(let run, let form, let input): open(run, form, input, at: time)
        case .taskRequested(let run, let request):
            // The arguments are needed by nobody but the worker, who has them.
            breaths = 0
            var kept = request
            kept.arguments = .null
            kept.deferred = nil
            frames.update(run.number) { frame in
                frame.attempt = request.attempt
                frame.step = .outstanding(kept)
            }
        case .taskSkipped(_, let parent, let flow):
            frames.update(parent) { frame in
                if frame.lanes == nil { return frame.step = .advance(flow) }
                frame.lanes!.succeed(nil, frame.data, nil, flow, isSkipped: true)
            }
        case .taskCompleted(let run, let output, let change, let flow, _):
            complete(run, output, change, flow)
        case .taskFaulted(let run, let fault, _):
            let failure = failure(of: run, fault)
            close(run)
            frames.update(run.parent) { frame in
                if frame.lanes?.fail(run.number, failure) == true { return }
                frame.goOn(.faulted(frame.lanes?.failure ?? failure))
            }
        case .taskCancelled(let run, _, _): close(run)
        default: preconditionFailure("no event of a task")
        }
    }

    private mutating func complete(_ run: TaskRun, _ output: JSON?, _ change: ContextChange?, _ flow: TaskFlow) {
        let frame = frames[run.number]
        let isLane = frames[run.parent]?.lanes != nil
        var laneContext = frame?.context
        if let change {
            if isLane {
                laneContext = change.applied(to: context(at: frame == nil ? run.parent : run.number))
            } else {
                self.change(change, below: run.parent)
            }
        }
        close(run)
        frames.update(run.parent) { parent in
            guard isLane else {
                if let output = output ?? frame?.data { parent.data = output }
                // A task with extensions: where the list around goes on is known once the last stage is through.
                if parent.stages?.current == .task { parent.stages!.flow = flow }
                return parent.goOn(.advance(flow))
            }
            parent.lanes!.succeed(
                run.number, output ?? frame?.data ?? parent.data, laneContext, flow, isSkipped: false)
        }
    }

    /// How the error came about: in the run itself, or in one below it.
    private func failure(of run: TaskRun, _ fault: Fault) -> Frame.Failure {
        guard let frame = frames[run.number] else { return Frame.Failure(fault: fault, run: run, attempt: nil) }
        if case .faulted(var failure) = frame.step {
            (failure.fault, failure.endsAttempt, failure.request) = (fault, false, nil)
            return failure
        }
        return Frame.Failure(
            fault: fault, run: run, attempt: frame.form == .call ? frame.attempt : nil, path: path(below: run.parent))
    }

    private mutating func open(_ run: TaskRun, _ form: TaskForm, _ input: JSON?, at time: Instant) {
        guard let parent = frames[run.parent] else { return }
        var raw = parent.data
        var variables = JSONObject()
        if form == .lane, let lanes = parent.lanes {
            raw = lanes.setup.items?[lanes.next] ?? raw
            variables = [lanes.setup.each: raw, lanes.setup.at: .integer(Int64(lanes.next))]
        }
        lastRun = max(lastRun, run.number)
        let guarding = form == .try ? Frame.Guard(since: time) : nil
        let isIdle = form == .call || form == .wait || form == .child || form == .listen
        frames.open(
            Frame(
                run: run, form: form, raw: raw, input: input ?? raw, data: input ?? raw, startedAt: time,
                step: isIdle ? .sleeping : .advance(.next(0)), variables: variables, guarding: guarding))
        frames.update(run.parent) { parent in
            if parent.lanes == nil { parent.step = .child } else { parent.lanes!.begin(run.number) }
        }
    }

    private mutating func close(_ run: TaskRun) {
        lastRun = max(lastRun, run.number)
        frames.close(run.number)
    }
}

extension Frame {
    /// A run below has ended, or a timer of its own. An error that has come meanwhile stays: it came first, and waits
    /// for the end of a pause.
    fileprivate mutating func goOn(_ next: Step) {
        if case .faulted = step { return }
        step = next
    }

    /// Its time is over: what it waits for is given up. An attempt that has failed has no time left to be over.
    fileprivate mutating func timeOut(_ detail: String, path: [Int], endsAttempt: Bool = false) {
        if endsAttempt, case .faulted = step { return }
        var failure = Failure(
            fault: Fault(.timeout, detail: detail, instance: run.number == 0 ? nil : run.task), run: run,
            attempt: form == .call ? attempt : nil, path: path, endsAttempt: endsAttempt)
        if form == .call, case .outstanding(let request) = step { failure.request = request }
        step = .faulted(failure)
    }
}
