public import Core
public import Workflow

/// What must exist outside of the state so that the execution goes on.
extension ExecutionState {
    /// An attempt that somebody outside of the engine works on.
    public struct RequestedTask: Sendable, Hashable {
        /// The task run.
        public var run: TaskRun
        /// Its id.
        public var id: String
        /// What was asked.
        public var request: TaskRequest
    }

    /// An execution that a task waits for.
    public struct AwaitedChild: Sendable, Hashable {
        /// The task run.
        public var run: TaskRun
        /// Its id.
        public var taskID: String
        /// The attempt that waits.
        public var attempt: Int
        /// The execution.
        public var executionID: String
        /// When the task began.
        public var since: Instant
    }

    /// The attempts that somebody outside works on, in the order of their numbers.
    public var requestedTasks: [RequestedTask] {
        outstandingFrames.filter { $0.frame.form != .child }.map { frame, request in
            RequestedTask(run: frame.run, id: taskID(frame.run.number), request: request)
        }
    }

    /// The executions that tasks wait for, in the order of the tasks' numbers.
    public var awaitedChildren: [AwaitedChild] {
        outstandingFrames.filter { $0.frame.form == .child }.map { frame, request in
            AwaitedChild(
                run: frame.run, taskID: taskID(frame.run.number), attempt: request.attempt,
                executionID: childID(frame.run.number), since: frame.startedAt)
        }
    }

    private var outstandingFrames: [(frame: Frame, request: TaskRequest)] {
        frames.outstanding.compactMap { run in
            guard let frame = frames[run], case .outstanding(let request) = frame.step else { return nil }
            return (frame, request)
        }
    }
}

/// What was asked for by run `run`, which waits for somebody outside, made anew with its arguments: the event that
/// asks, or nil when it waits for nobody. The state does not keep what only others need. Pure, the same as at first:
/// while a run waits, nothing changes of what its arguments are made of.
public func repeatedRequest(
    of run: TaskRun, _ state: ExecutionState, _ definition: CompiledDefinition, now: Instant
) -> ExecutionEvent.Outcome? {
    precondition(state.definition == definition.reference, "the definition is not the execution's")
    guard let frame = state.frame(run.number), case .outstanding(let kept) = frame.step,
        let task = definition.task(at: frame.run.task)
    else { return nil }
    var before = state
    before.frames.close(run.number)
    var machine = Machine(before, definition, now)
    let scope = Scope(task, below: frame.run.parent, input: frame.input, raw: frame.raw, startedAt: frame.startedAt)
    guard (try? machine.perform(task, frame.run, kept.attempt, scope)) != nil else { return nil }
    for event in machine.events {
        switch event.outcome {
        case .childRequested: return event.outcome
        case .taskRequested(let run, var request):
            request.deadline = kept.deadline
            return .taskRequested(run, request)
        default: break
        }
    }
    return nil
}
