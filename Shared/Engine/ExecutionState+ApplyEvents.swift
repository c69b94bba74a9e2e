import Core

extension ExecutionState {
    /// Takes in what concerns events from outside.
    mutating func applyEvents(_ outcome: ExecutionEvent.Outcome, at time: Instant) {
        switch outcome {
        case .subscriptionOpened(let subscription): mailboxes.append(Mailbox(subscription))
        case .subscriptionClosed(let id): mailboxes.removeAll { $0.subscription.id == id }
        case .eventReceived(let id, let event):
            guard let at = mailboxes.firstIndex(where: { $0.subscription.id == id }) else { return }
            mailboxes[at].receive(event, at: time)
        case .correlationStarted(let run, _, let expected):
            frames.update(run.number) { frame in
                frame.listening = Listening(expected: expected)
                frame.step = .listening
            }
        case .eventConsumed(let run, let consumption): consume(run, consumption)
        case .eventHandled(let run, let output, let change):
            if let change { self.change(change, below: run.number) }
            frames.update(run.number) { frame in
                if frame.form == .call {
                    if let output { frame.loop?.outputs.append(output) }
                    frame.step = .child
                    return
                }
                if let output { frame.listening?.outputs.append(output) }
                frame.listening?.isBusy = false
                frame.variables = JSONObject()
                frame.data = frame.input
                frame.step = .listening
            }
        default: break
        }
    }

    private mutating func consume(_ run: TaskRun, _ consumption: EventConsumption) {
        if let at = mailboxes.firstIndex(where: { $0.subscription.task == run.task }) {
            mailboxes[at].remove(consumption.letter)
        }
        frames.update(run.number) { frame in
            guard var listening = frame.listening else { return }
            listening.examined = consumption.letter
            if let names = consumption.variables, let item = consumption.step.item {
                frame.variables[names.item] = item
                frame.variables[names.index] = .integer(Int64(listening.gathering.count))
                frame.data = item
                frame.step = .advance(.next(0))
                listening.isBusy = true
            }
            listening.gathering.take(consumption.step, keepsItems: consumption.isKept)
            frame.listening = listening
        }
    }
}
