import Core

extension ExecutionState {
    /// What happens inside of an open run.
    mutating func applyForm(_ outcome: ExecutionEvent.Outcome) {
        guard let number = outcome.run?.number else { preconditionFailure("an event of no run") }
        frames.update(number) { $0.take(outcome) }
    }
}

extension Frame {
    fileprivate mutating func take(_ outcome: ExecutionEvent.Outcome) {
        switch outcome {
        case .retryScheduled(_, _, let retry):
            data = input
            guarding?.retries = retry
            if case .faulted(let failure) = step { guarding?.failed = failure }
            step = .sleeping
        case .faultHandled(_, let fault, let variable):
            data = input
            isHandling = true
            variables[variable] = fault.json
            step = .advance(.next(0))
        case .loopStarted(_, let items, let each, let at):
            loop = Loop(items: items, each: each, at: at)
        case .iterationStarted(_, let index):
            loop?.index = index
            // A loop hands on what its last iteration gave, a subscription each message by itself.
            if form == .call, let item = loop?.items[index] { data = item }
            step = .advance(.next(0))
        case .lanesOpened(_, let setup):
            lanes = Lanes(setup)
            step = .lanes
        case .functionEntered(_, let arguments):
            data = arguments
            step = .advance(.next(0))
        case .stageEntered(_, let stages, let position): enter(stages, position)
        case .childRequested(_, let request):
            // The child's id is made of the run's number; nothing else of the request is needed any more.
            if request.awaits {
                step = .outstanding(TaskRequest(attempt: attempt, function: "workflow", arguments: .null))
            }
        default: preconditionFailure("no event inside of a run")
        }
    }

    /// What extensions do before the task starts from its input, what they do after it from its output.
    private mutating func enter(_ first: Stages?, _ position: Int) {
        if let first { stages = first }
        if stages?.current == .task { stages?.result = data }
        stages?.at = position
        data = stages?.result ?? raw
        step = .advance(.next(0))
    }
}
