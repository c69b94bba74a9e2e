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
            guard let at = position(of: run.number) else { return }
            frames[at].listening = Listening(expected: expected)
            frames[at].step = .listening
        case .eventConsumed(let run, let consumption): consume(run, consumption)
        case .eventHandled(let run, let output, let change):
            if let change { context = change.applied(to: context) }
            guard let at = position(of: run.number) else { return }
            if let output { frames[at].listening?.outputs.append(output) }
            frames[at].listening?.isBusy = false
            frames[at].variables = JSONObject()
            frames[at].data = frames[at].input
            frames[at].step = .listening
        default: break
        }
    }

    private mutating func consume(_ run: TaskRun, _ consumption: EventConsumption) {
        if let at = mailboxes.firstIndex(where: { $0.subscription.task == run.task }) {
            mailboxes[at].remove(consumption.letter)
        }
        guard let at = position(of: run.number), var listening = frames[at].listening else { return }
        listening.examined = consumption.letter
        if let names = consumption.variables, let item = consumption.step.item {
            frames[at].variables[names.item] = item
            frames[at].variables[names.index] = .integer(Int64(listening.gathering.count))
            frames[at].data = item
            frames[at].step = .advance(.next(0))
            listening.isBusy = true
        }
        listening.gathering.take(consumption.step, keepsItems: consumption.isKept)
        frames[at].listening = listening
    }
}
