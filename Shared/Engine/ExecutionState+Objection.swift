extension ExecutionState {
    /// Why `event` cannot be the next one of this execution's log, in words that follow its name; nil when it can. For
    /// those who read a log that others wrote: `apply` takes for granted that there is nothing to object.
    public func objection(to event: ExecutionEvent) -> String? {
        guard event.executionID == executionID else { return "is one of another execution" }
        if case .executionStarted = event.outcome { return "starts it again" }
        guard ending == nil else { return "comes after its end" }
        switch event.outcome {
        case .taskStarted(let run, let form, _): return objection(toOpening: run, form)
        case .taskSkipped(_, let parent, _): return objection(unlessOpen: parent)
        case .taskCompleted(let run, _, _, _, _), .taskFaulted(let run, _, _), .taskCancelled(let run, _, _):
            return objection(toEnding: run)
        case .eventEmitted(let run, _):
            return objection(unlessOpen: frames[run.number] == nil ? run.parent : run.number)
        case .iterationStarted(let run, let index):
            guard let loop = frames[run.number]?.loop else { return "is of run \(run.number), which is no loop" }
            return loop.items.indices.contains(index) ? nil : "is of iteration \(index) of \(loop.items.count)"
        case .timerCancelled(let id), .timerFired(let id):
            return timers.contains { $0.id == id } ? nil : "is of timer \(id), which is not set"
        case .subscriptionClosed(let id), .eventReceived(let id, _):
            return mailboxes.contains { $0.subscription.id == id } ? nil : "is of subscription \(id), which is not open"
        case .taskRequested, .retryScheduled, .faultHandled, .correlationStarted, .eventConsumed,
            .eventHandled, .loopStarted, .lanesOpened, .functionEntered, .stageEntered, .childRequested:
            return event.outcome.run.flatMap { objection(unlessOpen: $0.number) }
        case .executionStarted, .executionSuspended, .executionResumed, .executionCancelled, .executionFaulted,
            .executionCompleted, .executionMigrated, .requestCancelled, .childCancelled, .childSuspended, .childResumed,
            .timerSet, .subscriptionOpened:
            return nil
        }
    }

    private func objection(unlessOpen run: Int) -> String? {
        frames[run] == nil ? "is of run \(run), which is not open" : nil
    }

    private func objection(toEnding run: TaskRun) -> String? {
        // What begins and ends at once is never open.
        guard frames[run.number] != nil else {
            return run.number > lastRun ? objection(unlessOpen: run.parent) : "ends run \(run.number) again"
        }
        return frames.children(of: run.number).isEmpty ? nil : "ends run \(run.number), below which others are open"
    }

    private func objection(toOpening run: TaskRun, _ form: TaskForm) -> String? {
        guard frames[run.number] == nil else { return "opens run \(run.number) again" }
        guard let parent = frames[run.parent] else { return objection(unlessOpen: run.parent) }
        guard let lanes = parent.lanes else { return form == .lane ? "opens a lane where there are none" : nil }
        return lanes.next < lanes.setup.count ? nil : "opens a lane more than there are"
    }
}
