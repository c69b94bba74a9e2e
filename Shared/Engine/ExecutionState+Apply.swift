import Core

extension ExecutionState {
    /// The state after the first event; nil when that is not `executionStarted`.
    public init?(_ first: ExecutionEvent) {
        guard case .executionStarted(let definition, let tenant, let input, let transformed) = first.outcome else {
            return nil
        }
        self.init(
            executionID: first.executionID, definition: definition, tenant: tenant, input: input,
            startedAt: first.time, updatedAt: first.time,
            frames: [
                Frame(
                    run: TaskRun(number: 0, parent: 0, task: ""), form: .workflow, raw: input,
                    input: transformed ?? input, data: transformed ?? input, startedAt: first.time,
                    step: .advance(.next(0)))
            ])
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
            self.output = output ?? frames[0].data
            end(.completed)
        case .timerSet(let timer, _):
            lastTimer += 1
            timers.append(timer)
        case .timerCancelled(let id): timers.removeAll { $0.id == id }
        case .timerFired(let id): applyFired(id)
        case .eventEmitted: break
        case .subscriptionOpened, .subscriptionClosed, .eventReceived, .correlationStarted, .eventConsumed,
            .eventHandled:
            applyEvents(event.outcome, at: event.time)
        default: applyTask(event.outcome, at: event.time)
        }
    }

    private mutating func end(_ status: ExecutionStatus) {
        ending = status
        suspension = nil
        frames = []
        timers = []
        mailboxes = []
    }

    private mutating func applyFired(_ id: String) {
        guard let at = timers.firstIndex(where: { $0.id == id }) else { return }
        let timer = timers.remove(at: at)
        guard let frame = position(of: timer.purpose.run) else { return }
        switch timer.purpose {
        case .wait: frames[frame].step = .rested
        case .retry:
            frames[frame].step = .advance(.next(0))
            frames[frame].guarding?.attemptSince = updatedAt
        case .timeout:
            let fault = Fault(.timeout, detail: "the time-out passed", instance: Self.instance(frames[frame].run))
            frames[frame].step = .faulted(Frame.Failure(fault: fault, run: frames[frame].run, attempt: nil))
        }
    }

    private static func instance(_ run: TaskRun) -> String? { run.number == 0 ? nil : run.task }

    private mutating func applyTask(_ outcome: ExecutionEvent.Outcome, at time: Instant) {
        switch outcome {
        case .taskStarted(let run, let form, let input): open(run, form, input, at: time)
        case .taskRequested(let run, let request):
            guard let at = position(of: run.number) else { return }
            // The arguments are needed by nobody but the worker, who has them.
            var kept = request
            kept.arguments = .null
            frames[at].attempt = request.attempt
            frames[at].step = .outstanding(kept)
        case .taskSkipped(_, let parent, let flow):
            if let at = position(of: parent) { frames[at].step = .advance(flow) }
        case .taskCompleted(let run, let output, let change, let flow, _):
            let output = output ?? frame(run.number)?.data
            close(run)
            if let change { context = change.applied(to: context) }
            guard let at = position(of: run.parent) else { return }
            if let output { frames[at].data = output }
            frames[at].step = .advance(flow)
        case .taskFaulted(let run, let fault, _):
            let failure = failure(of: run, fault)
            close(run)
            if let at = position(of: run.parent) { frames[at].step = .faulted(failure) }
        case .taskCancelled(let run, _, _): close(run)
        case .retryScheduled(let run, _, let retry):
            guard let at = position(of: run.number) else { return }
            frames[at].data = frames[at].input
            frames[at].guarding?.retries = retry
            if case .faulted(let failure) = frames[at].step { frames[at].guarding?.failed = failure }
            frames[at].step = .sleeping
        case .faultHandled(let run, let fault, let variable):
            guard let at = position(of: run.number) else { return }
            frames[at].data = frames[at].input
            frames[at].isHandling = true
            frames[at].variables[variable] = fault.json
            frames[at].step = .advance(.next(0))
        default: break
        }
    }

    /// How the error came about: in the run itself, or in one below it.
    private func failure(of run: TaskRun, _ fault: Fault) -> Frame.Failure {
        guard let frame = frame(run.number) else { return Frame.Failure(fault: fault, run: run, attempt: nil) }
        if case .faulted(var failure) = frame.step {
            failure.fault = fault
            return failure
        }
        return Frame.Failure(fault: fault, run: run, attempt: frame.form == .call ? frame.attempt : nil)
    }

    private mutating func open(_ run: TaskRun, _ form: TaskForm, _ input: JSON?, at time: Instant) {
        guard let parent = position(of: run.parent) else { return }
        let raw = frames[parent].data
        lastRun = max(lastRun, run.number)
        frames[parent].step = .child
        let guarding = form == .try ? Frame.Guard(since: time, attemptSince: time) : nil
        let frame = Frame(
            run: run, form: form, raw: raw, input: input ?? raw, data: input ?? raw, startedAt: time,
            step: form == .call || form == .wait || form == .listen ? .sleeping : .advance(.next(0)), guarding: guarding
        )
        frames.append(frame)
    }

    private mutating func close(_ run: TaskRun) {
        lastRun = max(lastRun, run.number)
        if let at = position(of: run.number) { frames.remove(at: at) }
    }
}
