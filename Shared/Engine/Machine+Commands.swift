import Core
import Workflow

extension Machine {
    /// Records what the command says; `run` then draws the conclusions.
    mutating func take(_ command: ExecutionCommand) {
        switch command {
        case .start, .migrate: break
        case .eventReceived(let id, let event): receive(id, event)
        case .taskCompleted(let id, let attempt, let output, let usage):
            guard let frame = outstanding(id, attempt) else { return }
            if case .consume(_, let iteration) = task(of: frame).action { return handle(output, iteration, frame) }
            finish(frame, output: output, isUnchanged: false, usage: usage)
        case .taskFailed(let id, let attempt, var fault, let usage):
            guard let frame = outstanding(id, attempt) else { return }
            fault.instance = frame.run.task
            fail(frame.run, fault, usage: usage)
        case .timerFired(let id):
            guard let timer = state.timers.first(where: { $0.id == id }) else { return }
            record(.timerFired(timerID: id))
            switch timer.purpose {
            case .breath: examineAll()
            case .retry(let run):
                if let frame = state.frame(run), case .advance = frame.step { limitAttempt(frame.run) }
            case .wait, .timeout, .attempt: break
            }
        case .cancel(let reason):
            cancelAll(reason: reason)
            record(.executionCancelled(reason: reason))
        case .suspend(let reason):
            guard state.suspension == nil else { return }
            record(.executionSuspended(reason: reason))
            for (run, id) in awaitedChildren { record(.childSuspended(run, executionID: id, reason: reason)) }
        case .resume:
            guard state.suspension != nil else { return }
            record(.executionResumed)
            for (run, id) in awaitedChildren { record(.childResumed(run, executionID: id)) }
            examineAll()
        }
    }

    private var awaitedChildren: [(run: TaskRun, id: String)] {
        state.frames.outstanding.compactMap { number in
            guard let frame = state.frames[number], frame.form == .child else { return nil }
            return (frame.run, state.childID(number))
        }
    }

    private func outstanding(_ taskID: String, _ attempt: Int) -> Frame? {
        guard let number = state.runNumber(taskID), let frame = state.frame(number),
            case .outstanding(let request) = frame.step, request.attempt == attempt
        else { return nil }
        return frame
    }

    /// Ends every run and timer, innermost first.
    mutating func cancelAll(reason: String) { cancelBelow(0, reason: reason, timersOfRunToo: true) }

    /// Ends the runs below `run` with their timers, innermost first.
    mutating func cancelBelow(_ run: Int, reason: String, timersOfRunToo: Bool) {
        for frame in state.frames.descendants(of: run).reversed() {
            cancelTimers(of: frame.run.number)
            var request: TaskRequest?
            if case .outstanding(let outstanding) = frame.step { request = outstanding }
            if request != nil, frame.form == .child {
                record(.childCancelled(frame.run, executionID: state.childID(frame.run.number), reason: reason))
                request = nil
            }
            record(.taskCancelled(frame.run, request: request, reason: reason))
        }
        if timersOfRunToo { cancelTimers(of: run) }
    }

    /// Ends what a run waits for.
    mutating func cancelTimers(of run: Int) {
        if let frame = state.frame(run), frame.form == .listen,
            let mailbox = state.mailboxes.first(where: { $0.subscription.task == frame.run.task }),
            mailbox.subscription.isOnce
        {
            record(.subscriptionClosed(subscriptionID: mailbox.subscription.id))
        }
        cancelTimers { $0.run == run }
    }

    mutating func cancelTimers(for isMeant: (TimerPurpose) -> Bool) {
        for timer in state.timers where isMeant(timer.purpose) { record(.timerCancelled(timerID: timer.id)) }
    }

    mutating func setTimer(_ wait: Duration, _ purpose: TimerPurpose, task: String) {
        let id = "\(state.executionID):t\(state.lastTimer + 1)"
        record(.timerSet(ExecutionTimer(id: id, due: now + wait, purpose: purpose), task: task))
    }
}
